/** How a session is ended at the camera, whatever state either is in (RFC 2326 §10.7, docs/rtsp-interop.md#ending). */
import type { SessionTimeouts } from '../api.ts';
import { RtspError } from '../rtsp-error.ts';
import type { DeviationLog } from './deviation-log.ts';
import type { MediaStreams } from './media-streams.ts';
import type { Requester } from './requester.ts';
import type { RtspConnection } from './rtsp-connection.ts';
import type { SessionIdentity } from './session-identity.ts';

export interface FarewellOptions {
  readonly requester: Requester;
  readonly identity: SessionIdentity;
  readonly streams: MediaStreams;
  readonly timeouts: SessionTimeouts;
  readonly deviations: DeviationLog;
}

export class Farewell {
  readonly #options: FarewellOptions;
  /** The URL that TEARDOWN names; undefined until the camera has described its streams. */
  url: string | undefined;

  constructor(options: FarewellOptions) {
    this.#options = options;
  }

  /** Whether the camera goes on sending although the connection is gone: over UDP, until the session expires. */
  get isNeededElsewhere(): boolean {
    return this.#options.identity.id !== undefined && this.#isDatagram;
  }

  /**
   * Any answer ends the session: 2xx, 454 (gone already), 500 (Hikvision DS-2CD2032 on a second connection).
   *
   * @returns false when the camera has to find out by itself.
   */
  async say(connection: RtspConnection | undefined): Promise<boolean> {
    const { requester, identity, streams, timeouts } = this.#options;
    if (identity.id === undefined || this.url === undefined) return true;
    if (!connection?.isOpen) return false;
    if (this.#isDatagram) streams.sayBye();
    requester.reopen();
    try {
      await requester.request('TEARDOWN', this.url, { fields: identity.fields, timeoutMs: timeouts.teardownMs });
      return true;
    } catch (error) {
      if (error instanceof RtspError) return false;
      throw error;
    }
  }

  /** Over a dead connection: if it was only a long interruption, TCP delivers it when that ends, and the camera is free again. */
  leaveWord(): void {
    const { requester, identity } = this.#options;
    if (identity.id === undefined || this.url === undefined) return;
    requester.reopen();
    requester.announce('TEARDOWN', this.url, identity.fields);
  }

  /** One try to stop the stream over another connection. */
  async sayElsewhere(connect: () => Promise<RtspConnection>): Promise<void> {
    let connection: RtspConnection | undefined;
    try {
      connection = await connect();
      await this.say(connection);
    } catch (error) {
      if (!(error instanceof RtspError)) throw error;
      // The camera is gone altogether; the stream ends with it.
      this.#options.deviations.count('teardown-failed');
    } finally {
      connection?.destroy();
    }
  }

  get #isDatagram(): boolean {
    const { transportKind } = this.#options.streams;
    return transportKind !== undefined && transportKind !== 'tcp';
  }
}
