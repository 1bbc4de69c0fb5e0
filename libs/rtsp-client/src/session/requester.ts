/** Requests out, replies matched to them, challenges answered (RFC 2326 §12.17, docs/rtsp-interop.md#replies). */
import type { Authenticator } from '../auth/authenticator.ts';
import type { Timer } from '../clock.ts';
import { encodeRequest, type HeaderFields, type RtspResponse } from '../message/rtsp-message.ts';
import { RtspError } from '../rtsp-error.ts';
import type { AttemptScope } from './attempt-scope.ts';
import type { RtspConnection } from './rtsp-connection.ts';
import { statusError } from './status-error.ts';

export interface RequestOptions {
  readonly fields?: HeaderFields;
  readonly timeoutMs?: number;
}

interface Outstanding {
  readonly method: string;
  readonly cSeq: number;
  readonly wasAuthenticated: boolean;
  readonly resolve: (response: RtspResponse) => void;
  readonly reject: (error: RtspError) => void;
  readonly timers: Timer[];
}

export class Requester {
  readonly #scope: AttemptScope;
  readonly #authenticator: Authenticator;
  readonly #userAgent: string;
  readonly #outstanding = new Map<number, Outstanding>();
  #lastCSeq = 0;
  #closed: RtspError | undefined;
  /** Where requests go; nothing is sent before it is set. */
  connection: Pick<RtspConnection, 'send'> | undefined;

  constructor(scope: AttemptScope, authenticator: Authenticator, userAgent: string) {
    this.#scope = scope;
    this.#authenticator = authenticator;
    this.#userAgent = userAgent;
  }

  get lastCSeq(): number {
    return this.#lastCSeq;
  }

  /**
   * Sends and waits, answering challenges. Any status but 401 is returned as it came.
   *
   * @throws RtspError `timed-out`, `unauthorized`, or what {@link fail} was given.
   */
  async request(
    method: string,
    uri: string,
    { fields = [], timeoutMs = this.#scope.timeouts.replyMs }: RequestOptions = {},
  ): Promise<RtspResponse> {
    for (let authenticatedAttempts = 0; ; ) {
      const { response, cSeq, wasAuthenticated } = await this.#exchange(method, uri, fields, timeoutMs);
      if (wasAuthenticated) authenticatedAttempts++;
      if (response.statusCode !== 401) {
        if (wasAuthenticated) this.#authenticator.accepted();
        return response;
      }
      const refusal = this.#authenticator.refuse(response.headers.getAll('WWW-Authenticate'), authenticatedAttempts);
      if (refusal === 'retry') continue;
      const context = { peer: this.#scope.peer, method, cSeq, statusCode: 401 };
      if (refusal === 'wrong-credentials') throw statusError(response, context, Date.now());
      throw new RtspError('unauthorized', REFUSAL_MESSAGES[refusal], context);
    }
  }

  onReply(response: RtspResponse): void {
    const value = response.headers.get('CSeq')?.trim() ?? '';
    const cSeq = /^\d{1,10}$/.test(value) ? Number(value) : undefined;
    const match = cSeq === undefined ? undefined : this.#outstanding.get(cSeq);
    const [only, another] = this.#outstanding.values();
    if (match !== undefined) this.#settle(match, response);
    else if (only === undefined || another !== undefined)
      this.#scope.deviations.note('reply-unexpected', UNEXPECTED_REPLY);
    else this.#onUnnumberedReply(only, cSeq, response);
  }

  #onUnnumberedReply(only: Outstanding, cSeq: number | undefined, response: RtspResponse): void {
    const { deviations, clock } = this.#scope;
    if (cSeq === undefined) {
      deviations.note('cseq-missing', 'The camera leaves the sequence number out of its replies');
      this.#settle(only, response);
    } else if (cSeq < only.cSeq) {
      deviations.note('cseq-stale', 'The camera answered an earlier request again');
    } else {
      deviations.note('cseq-wrong', 'The camera numbers its replies wrongly');
      // The right reply may still come; if not, this must be it (Tapo C520WS, retina#133).
      only.timers.push(clock.after(WRONG_CSEQ_GRACE_MS, () => this.#settle(only, response)));
    }
  }

  /** The connection is over or the session cancelled: every open and later request rejects with this. */
  fail(error: RtspError): void {
    this.#closed ??= error;
    for (const outstanding of [...this.#outstanding.values()]) this.#abandon(outstanding, error);
  }

  /** After {@link fail}: TEARDOWN must still go out. */
  reopen(): void {
    this.#closed = undefined;
  }

  sendWithoutReply(method: string, uri: string, fields: HeaderFields): void {
    this.#send(method, uri, fields);
  }

  #exchange(
    method: string,
    uri: string,
    fields: HeaderFields,
    timeoutMs: number,
  ): Promise<{ response: RtspResponse; cSeq: number; wasAuthenticated: boolean }> {
    if (this.#closed) return Promise.reject(this.#closed);
    const { clock, peer } = this.#scope;
    const { cSeq, wasAuthenticated } = this.#send(method, uri, fields);
    return new Promise((resolve, reject) => {
      const outstanding: Outstanding = {
        method,
        cSeq,
        wasAuthenticated,
        resolve: (response) => resolve({ response, cSeq, wasAuthenticated }),
        reject,
        timers: [],
      };
      outstanding.timers.push(
        clock.after(timeoutMs, () => {
          this.#abandon(outstanding, new RtspError('timed-out', 'The camera did not answer', { peer, method, cSeq }));
        }),
      );
      this.#outstanding.set(cSeq, outstanding);
    });
  }

  #send(method: string, uri: string, fields: HeaderFields): { cSeq: number; wasAuthenticated: boolean } {
    const cSeq = ++this.#lastCSeq;
    const authorization = this.#authenticator.authorize(method, uri);
    const request = encodeRequest(method, uri, [
      ['CSeq', String(cSeq)],
      ...(authorization === undefined ? [] : [['Authorization', authorization] as const]),
      ['User-Agent', this.#userAgent],
      ...fields,
    ]);
    this.connection?.send(request);
    return { cSeq, wasAuthenticated: authorization !== undefined };
  }

  #settle(outstanding: Outstanding, response: RtspResponse): void {
    if (this.#forget(outstanding)) outstanding.resolve(response);
  }

  #abandon(outstanding: Outstanding, error: RtspError): void {
    if (this.#forget(outstanding)) outstanding.reject(error);
  }

  #forget(outstanding: Outstanding): boolean {
    for (const timer of outstanding.timers) timer.cancel();
    return this.#outstanding.delete(outstanding.cSeq);
  }
}

const WRONG_CSEQ_GRACE_MS = 300;
const UNEXPECTED_REPLY = 'The camera sent a reply that no request waits for';
const REFUSAL_MESSAGES = {
  'no-credentials': 'The camera asks for a user name and password, and none was given',
  'unsupported-scheme': 'The camera asks for a kind of login that is not supported',
} as const;
