/** Requests as a scripted server receives them, and replies as its script writes them. */

export interface ScriptedRequest {
  readonly method: string;
  readonly uri: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Text on the wire, up to and including the blank line. */
  readonly text: string;
  /** Index of its connection, from 0. */
  readonly connection: number;
}

export interface ReplyFields {
  readonly status?: number;
  readonly reason?: string;
  /** Set `CSeq` here only to override the right one. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: string;
  readonly without?: readonly ('CSeq' | 'Content-Length')[];
}

/** A well-formed reply to the request, except where `fields` says otherwise. */
export function replyText(request: ScriptedRequest, fields: ReplyFields = {}): string {
  const { status = 200, reason = 'OK', headers = {}, body = '', without = [] } = fields;
  const lines = [`RTSP/1.0 ${status} ${reason}`];
  const hasOwnCSeq = Object.keys(headers).some((name) => name.toLowerCase() === 'cseq');
  if (!hasOwnCSeq && !without.includes('CSeq')) lines.push(`CSeq: ${request.headers.get('cseq') ?? ''}`);
  for (const [name, values = []] of Object.entries(headers)) {
    for (const value of typeof values === 'string' ? [values] : values) lines.push(`${name}: ${value}`);
  }
  if (body !== '' && !without.includes('Content-Length')) lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

export function parseScriptedRequest(text: string, connection: number): ScriptedRequest {
  const [startLine = '', ...lines] = text.split('\r\n');
  const [method = '', uri = ''] = startLine.split(' ');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { method, uri, headers, text, connection };
}
