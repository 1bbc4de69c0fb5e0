/**
 * Classifies what may start at a byte of an RTSP connection (RFC 2326 §4, §10.12).
 *
 * There are two levels. Right after a message any well-formed start will do. Within garbage only a start that is
 * unlikely to be chance counts, because a false `$` frame swallows up to 64 KiB of good bytes.
 */
export type MessageStart = 'frame' | 'response' | 'request' | 'undecided' | 'none';

export const DOLLAR = 0x24;
export const FRAME_HEADER_BYTES = 4;

/** The interleaved channels that SETUP assigned, and what they may carry. */
export interface ChannelExpectation {
  isAssigned(channel: number): boolean;
  /**
   * Whether a frame's payload could be RTP with an expected payload type, or RTCP.
   *
   * @param head The payload's first bytes, 12 at most.
   */
  looksLikeMedia(head: Uint8Array, payloadBytes: number): boolean;
}

/** For use after a complete message, where the next one should begin. */
export function classifyStart(bytes: Uint8Array, offset: number, end: number): MessageStart {
  const first = bytes[offset];
  if (first === undefined || offset >= end) return 'undecided';
  if (first === DOLLAR) return 'frame';
  const response = matchPrefix(bytes, offset, end, RESPONSE_PREFIX);
  if (response !== 'none') return response === 'match' ? 'response' : 'undecided';
  return classifyMethod(bytes, offset, end);
}

/** For use within garbage. Requires the version digit, and a method that exists. */
export function classifyStrictStart(bytes: Uint8Array, offset: number, end: number): MessageStart {
  const first = bytes[offset];
  if (first === undefined || offset >= end) return 'undecided';
  if (first === DOLLAR) return 'frame';
  let undecided = false;
  for (const { prefix, start } of STRICT_PREFIXES_BY_FIRST_BYTE[first] ?? NO_PREFIXES) {
    const match = matchPrefix(bytes, offset, end, prefix);
    if (match === 'match') return start;
    if (match === 'partial') undecided = true;
  }
  return undecided ? 'undecided' : 'none';
}

const RESPONSE_PREFIX = ascii('RTSP/');
const KNOWN_METHODS = [
  'OPTIONS',
  'DESCRIBE',
  'ANNOUNCE',
  'SETUP',
  'PLAY',
  'PAUSE',
  'TEARDOWN',
  'GET_PARAMETER',
  'SET_PARAMETER',
  'REDIRECT',
  'RECORD',
] as const;
interface StrictPrefix {
  readonly prefix: Uint8Array;
  readonly start: MessageStart;
}
const NO_PREFIXES: readonly StrictPrefix[] = [];
const STRICT_PREFIXES: readonly StrictPrefix[] = [
  { prefix: ascii('RTSP/1.'), start: 'response' },
  ...KNOWN_METHODS.map((method) => ({ prefix: ascii(`${method} `), start: 'request' as const })),
];
/** Garbage is searched byte by byte, so one lookup must rule out nearly every byte. */
const STRICT_PREFIXES_BY_FIRST_BYTE: readonly (readonly StrictPrefix[])[] = Array.from({ length: 256 }, (_, byte) =>
  STRICT_PREFIXES.filter(({ prefix }) => prefix[0] === byte),
);

/** Longest method name accepted from a server; the longest defined one has 13 characters. */
const MAX_METHOD_BYTES = 24;
const SPACE = 0x20;
const UNDERSCORE = 0x5f;

/** A method is upper-case letters and `_`, then a space. The request line is checked once complete. */
function classifyMethod(bytes: Uint8Array, offset: number, end: number): MessageStart {
  for (let index = offset; index < end; index++) {
    const byte = bytes[index] ?? 0;
    const length = index - offset;
    if (byte === SPACE) return length >= 3 ? 'request' : 'none';
    const isLetter = (byte >= 0x41 && byte <= 0x5a) || (byte === UNDERSCORE && length > 0);
    if (!isLetter || length >= MAX_METHOD_BYTES) return 'none';
  }
  return 'undecided';
}

function matchPrefix(bytes: Uint8Array, offset: number, end: number, prefix: Uint8Array): 'match' | 'partial' | 'none' {
  const available = Math.min(prefix.length, end - offset);
  for (let index = 0; index < available; index++) {
    if (bytes[offset + index] !== prefix[index]) return 'none';
  }
  return available === prefix.length ? 'match' : 'partial';
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
