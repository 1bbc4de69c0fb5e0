/** A client's request. Header names are in lower case. */
export interface RtspRequest {
  readonly method: string;
  /** Exactly as sent. */
  readonly uri: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

export interface RtspResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An interleaved frame (RFC 2326 §10.12), here the client's RTCP. */
export interface ClientFrame {
  readonly channel: number;
  readonly payload: Buffer;
}

export type ClientItem =
  | { readonly type: 'request'; readonly request: RtspRequest }
  | { readonly type: 'frame'; readonly frame: ClientFrame }
  /** Parsing cannot continue after it. */
  | { readonly type: 'malformed'; readonly reason: string };

export const MAX_HEADER_BYTES = 16 * 1024;
export const MAX_BODY_BYTES = 64 * 1024;

const END_OF_HEADERS = Buffer.from('\r\n\r\n');
const FRAME_START = 0x24;

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  453: 'Not Enough Bandwidth',
  454: 'Session Not Found',
  455: 'Method Not Valid in This State',
  459: 'Aggregate Operation Not Allowed',
  461: 'Unsupported Transport',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  505: 'RTSP Version Not Supported',
};

/** Splits a client's bytes into requests and frames. Bounded, and strict, so that the simulator exposes a client's mistakes. */
export class ClientParser {
  #pending: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): ClientItem[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const items: ClientItem[] = [];
    for (let item = this.#next(); item !== undefined; item = this.#next()) {
      items.push(item);
      if (item.type === 'malformed') break;
    }
    return items;
  }

  #next(): ClientItem | undefined {
    const pending = this.#pending;
    if (pending.length === 0) return undefined;
    if (pending[0] === FRAME_START) {
      if (pending.length < 4) return undefined;
      const end = 4 + pending.readUInt16BE(2);
      if (pending.length < end) return undefined;
      this.#pending = pending.subarray(end);
      return { type: 'frame', frame: { channel: pending[1] ?? 0, payload: pending.subarray(4, end) } };
    }
    const headerEnd = pending.indexOf(END_OF_HEADERS);
    if (headerEnd > MAX_HEADER_BYTES || (headerEnd === -1 && pending.length > MAX_HEADER_BYTES)) {
      return { type: 'malformed', reason: 'headers too long' };
    }
    if (headerEnd === -1) return undefined;
    const head = parseHead(pending.subarray(0, headerEnd).toString('utf8'));
    if (typeof head === 'string') return { type: 'malformed', reason: head };
    const bodyBytes = Number(head.headers.get('content-length') ?? '0');
    if (!Number.isInteger(bodyBytes) || bodyBytes < 0 || bodyBytes > MAX_BODY_BYTES) {
      return { type: 'malformed', reason: 'bad Content-Length' };
    }
    const end = headerEnd + END_OF_HEADERS.length + bodyBytes;
    if (pending.length < end) return undefined;
    this.#pending = pending.subarray(end);
    return { type: 'request', request: { ...head, body: pending.subarray(end - bodyBytes, end) } };
  }
}

export function formatResponse({ status, headers = {}, body }: RtspResponse, cSeq: string | undefined): Buffer {
  const lines = [`RTSP/1.0 ${status} ${REASONS[status] ?? 'Unknown'}`];
  if (cSeq !== undefined) lines.push(`CSeq: ${cSeq}`);
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (body !== undefined) lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body ?? ''}`, 'utf8');
}

function parseHead(text: string): Omit<RtspRequest, 'body'> | string {
  const [requestLine = '', ...lines] = text.split('\r\n');
  const [, method, uri] = /^([A-Z_]+) (\S+) RTSP\/1\.0$/.exec(requestLine) ?? [];
  if (method === undefined || uri === undefined) return 'bad request line';
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) return 'bad header line';
    headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { method, uri, headers };
}
