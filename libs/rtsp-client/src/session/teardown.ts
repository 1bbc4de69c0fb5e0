/** Ends the session at the camera, whatever state either is in (RFC 2326 §10.7, docs/rtsp-interop.md#ending). */
import { RtspError } from '../rtsp-error.ts';
import type { AttemptScope } from './attempt-scope.ts';
import type { MediaStreams } from './media-streams.ts';
import type { Requester } from './requester.ts';
import type { RtspConnection } from './rtsp-connection.ts';
import type { SessionIdentity } from './session-identity.ts';

export class Teardown {
  readonly #scope: AttemptScope;
  readonly #requester: Requester;
  readonly #identity: SessionIdentity;
  readonly #streams: MediaStreams;
  /** The URL that TEARDOWN names; undefined until the camera has described its streams. */
  url: string | undefined;

  constructor(scope: AttemptScope, requester: Requester, identity: SessionIdentity, streams: MediaStreams) {
    this.#scope = scope;
    this.#requester = requester;
    this.#identity = identity;
    this.#streams = streams;
  }

  /** Whether the camera keeps sending after the connection is gone: over UDP, until the session expires. */
  get outlivesConnection(): boolean {
    return this.#identity.id !== undefined && this.#isDatagram;
  }

  /**
   * Any answer ends the session: 2xx, 454 (gone already), 500 (Hikvision DS-2CD2032 on a second connection).
   *
   * @returns false when nothing told the camera: it has to notice by itself.
   */
  async send(connection: RtspConnection | undefined): Promise<boolean> {
    const { fields, id } = this.#identity;
    if (id === undefined || this.url === undefined) return true;
    if (!connection?.isOpen) return false;
    if (this.#isDatagram) this.#streams.sayBye();
    this.#requester.reopen();
    try {
      await this.#requester.request('TEARDOWN', this.url, { fields, timeoutMs: this.#scope.timeouts.teardownMs });
      return true;
    } catch (error) {
      if (error instanceof RtspError) return false;
      throw error;
    }
  }

  /** Over a dead connection: if it was only interrupted, TCP still delivers this later and frees the camera. */
  sendWithoutReply(): void {
    if (this.#identity.id === undefined || this.url === undefined) return;
    this.#requester.reopen();
    this.#requester.sendWithoutReply('TEARDOWN', this.url, this.#identity.fields);
  }

  get #isDatagram(): boolean {
    const { transportKind } = this.#streams;
    return transportKind !== undefined && transportKind !== 'tcp';
  }
}
