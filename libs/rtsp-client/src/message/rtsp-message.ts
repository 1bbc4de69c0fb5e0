/** Requests and responses as values (RFC 2326 §6, §7), and their encoding. */
import type { RtspHeaders } from './rtsp-headers.ts';

export interface RtspResponse {
  readonly kind: 'response';
  readonly statusCode: number;
  /** Empty when the camera sends none (gortsplib#807). */
  readonly reason: string;
  readonly headers: RtspHeaders;
  /** A copy that the receiver owns. */
  readonly body: Uint8Array;
}

export interface RtspRequest {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: string;
  readonly headers: RtspHeaders;
  readonly body: Uint8Array;
}

export type HeaderFields = readonly (readonly [name: string, value: string])[];

/** `CSeq` must come first and be spelled so: some cameras answer 400 to another order (mediamtx#2887) or spelling (go2rtc#7). */
export function encodeRequest(method: string, uri: string, fields: HeaderFields): Buffer {
  return encode(`${method} ${uri} RTSP/1.0`, fields);
}

export function encodeResponse(statusCode: number, reason: string, fields: HeaderFields): Buffer {
  return encode(`RTSP/1.0 ${statusCode} ${reason}`, fields);
}

function encode(startLine: string, fields: HeaderFields): Buffer {
  const lines = fields.map(([name, value]) => `${name}: ${withoutLineBreaks(value)}\r\n`);
  return Buffer.from(`${withoutLineBreaks(startLine)}\r\n${lines.join('')}\r\n`, 'utf8');
}

/** Keeps values that come from peers (nonces, session ids, URLs) from injecting headers. */
function withoutLineBreaks(text: string): string {
  return text.replace(/[\r\n\0]/g, '');
}
