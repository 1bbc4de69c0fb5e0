/** Why an RTSP session ended or could not start. There is one code per decision that a caller can take. */
export type RtspErrorCode =
  | 'invalid-url'
  | 'unreachable'
  | 'timed-out'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'unsupported-media'
  | 'unsupported-transport'
  | 'busy'
  | 'server-error'
  | 'session-not-found'
  | 'protocol-violation'
  | 'no-media'
  | 'closed-by-peer'
  | 'connection-dead'
  | 'tls-failed'
  | 'too-many-redirects'
  | 'consumer-failed'
  | 'aborted';

/** Enough to find the exchange in a packet capture. Never contains a password: the peer is host and port only. */
export interface RtspErrorContext {
  readonly peer: string;
  readonly method?: string;
  readonly cSeq?: number;
  readonly statusCode?: number;
  /** Set when no connection was made, so nothing was heard from the camera. */
  readonly phase?: 'connect';
  /** From `Retry-After`, or the long back-off after 453. */
  readonly retryAfterMs?: number;
}

export class RtspError extends Error {
  override readonly name = 'RtspError';

  /** @param summary One sentence for the camera's owner. `message` adds where in the exchange it happened. */
  constructor(
    readonly code: RtspErrorCode,
    readonly summary: string,
    readonly context: RtspErrorContext,
    options?: { cause?: unknown },
  ) {
    super(`${summary} (${describe(context)})`, options);
  }

  /** Returns the same error with more context. */
  withContext(more: Partial<RtspErrorContext>): RtspError {
    const options = this.cause === undefined ? undefined : { cause: this.cause };
    return new RtspError(this.code, this.summary, { ...this.context, ...more }, options);
  }

  /** Whether retrying later can help. Otherwise a person has to change the camera or its address. */
  get retryable(): boolean {
    return !FINAL_CODES.has(this.code);
  }
}

const FINAL_CODES: ReadonlySet<RtspErrorCode> = new Set([
  'invalid-url',
  'unauthorized',
  'forbidden',
  'not-found',
  'unsupported-media',
  'consumer-failed',
  'aborted',
]);

function describe({ peer, method, cSeq, statusCode }: RtspErrorContext): string {
  const request = method === undefined ? undefined : `${method} CSeq ${cSeq ?? '?'}`;
  const status = statusCode === undefined ? undefined : `status ${statusCode}`;
  return [peer, request, status].filter((part) => part !== undefined).join(', ');
}
