/** Determines the length of a body, with or without `Content-Length` (RFC 2326 §4.4, docs/rtsp-interop.md#bodies). */
import type { RtspHeaders } from './rtsp-headers.ts';

export type BodyLength =
  | { readonly kind: 'known'; readonly bytes: number }
  /** Ended by silence, the next message, or the end of the connection. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'invalid' };

/** @param expectsDescription Whether an SDP is awaited: then a 200 without any length still has a body. */
export function bodyLength(headers: RtspHeaders, expectsDescription: boolean): BodyLength {
  const declared = headers.getAll('Content-Length').find((value) => value !== '');
  if (declared !== undefined) {
    return /^\d{1,10}$/.test(declared) ? { kind: 'known', bytes: Number(declared) } : { kind: 'invalid' };
  }
  const isSdp = /^application\/sdp\b/i.test(headers.get('Content-Type') ?? '');
  return isSdp || expectsDescription ? { kind: 'unknown' } : { kind: 'known', bytes: 0 };
}

/** The end of an SDP of unknown length: the start of the next message, or undefined until there is one. */
export function findBodyEnd(bytes: Uint8Array, offset: number, end: number): number | undefined {
  for (let at = offset; at < end; at++) {
    const byte = bytes[at];
    const next = bytes[at + 1];
    // A control character after `$` is a channel id, since SDP text has none.
    if (byte === 0x24 && next !== undefined && at + 1 < end && next < 0x20 && next !== 0x0d && next !== 0x0a) return at;
    const isLineStart = at === offset || bytes[at - 1] === 0x0a;
    if (isLineStart && byte === 0x52 && startsWithRtsp(bytes, at, end)) return at;
  }
  return undefined;
}

/** Whether a truncated SDP is usable, i.e. has a complete `m=` line (thingino-firmware#1621). */
export function holdsMediaSection(body: Uint8Array): boolean {
  return /(?:^|[\r\n])m=[^\r\n]+[\r\n]/.test(Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1'));
}

function startsWithRtsp(bytes: Uint8Array, at: number, end: number): boolean {
  return (
    at + 5 <= end &&
    bytes[at + 1] === 0x54 &&
    bytes[at + 2] === 0x53 &&
    bytes[at + 3] === 0x50 &&
    bytes[at + 4] === 0x2f
  );
}
