/**
 * Finds the next message in garbage. Garbage comes from partial writes into a full TCP window (live555 before 2013.12.04,
 * moonfire#302), from two server threads writing at once, or as noise between messages (Canon VB-H47, gortsplib#653).
 */
import {
  type ChannelExpectation,
  classifyStart,
  classifyStrictStart,
  DOLLAR,
  FRAME_HEADER_BYTES,
} from './message-start.ts';

export interface ResyncPoint {
  /** Where the next message begins or, if undecided, the first byte to keep. */
  readonly offset: number;
  readonly found: boolean;
}

/** @param isAtLineStart Whether the byte before `offset`, no longer available, ended a line. */
export function findMessage(
  bytes: Uint8Array,
  offset: number,
  end: number,
  isAtLineStart: boolean,
  channels: ChannelExpectation,
): ResyncPoint {
  for (let at = offset; at < end; at++) {
    const verdict = judge(bytes, at, end, at === offset ? isAtLineStart : isLineEnd(bytes[at - 1]), channels);
    if (verdict !== 'no') return { offset: at, found: verdict === 'yes' };
  }
  return { offset: end, found: false };
}

type Verdict = 'yes' | 'no' | 'wait';

function judge(
  bytes: Uint8Array,
  at: number,
  end: number,
  isLineStart: boolean,
  channels: ChannelExpectation,
): Verdict {
  if (bytes[at] === DOLLAR) return judgeFrame(bytes, at, end, channels);
  switch (classifyStrictStart(bytes, at, end)) {
    case 'response':
      return 'yes';
    case 'request':
      return isLineStart ? 'yes' : 'no';
    case 'undecided':
      return 'wait';
    default:
      return 'no';
  }
}

/** RTP fixed header (RFC 3550 §5.1); an RTCP packet may be shorter. */
const MEDIA_HEADER_BYTES = 12;
const SHORTEST_RTCP_BYTES = 8;

/** One random byte in 256 is a `$`, so channel, content and what follows must all fit. */
function judgeFrame(bytes: Uint8Array, at: number, end: number, channels: ChannelExpectation): Verdict {
  const available = end - at;
  const channel = bytes[at + 1];
  if (available >= 2 && channel !== undefined && !channels.isAssigned(channel)) return 'no';
  if (available < FRAME_HEADER_BYTES) return 'wait';

  const payloadBytes = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  if (payloadBytes < SHORTEST_RTCP_BYTES) return 'no';
  const payloadStart = at + FRAME_HEADER_BYTES;
  const headerEnd = Math.min(payloadStart + MEDIA_HEADER_BYTES, payloadStart + payloadBytes);
  if (headerEnd > end) return 'wait';
  if (!channels.looksLikeMedia(bytes.subarray(payloadStart, headerEnd), payloadBytes)) return 'no';

  const next = payloadStart + payloadBytes;
  if (next > end) return 'wait';
  return next === end || isPlausibleNext(bytes, next, end, channels) ? 'yes' : 'no';
}

function isPlausibleNext(bytes: Uint8Array, next: number, end: number, channels: ChannelExpectation): boolean {
  if (isLineEnd(bytes[next])) return true;
  const start = classifyStart(bytes, next, end);
  if (start !== 'frame') return start !== 'none';
  const channel = bytes[next + 1];
  return next + 1 >= end || (channel !== undefined && channels.isAssigned(channel));
}

export function isLineEnd(byte: number | undefined): boolean {
  return byte === 0x0a || byte === 0x0d;
}
