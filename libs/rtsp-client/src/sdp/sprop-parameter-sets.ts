/** Parameter sets in `a=fmtp` (RFC 6184 §8.1 sprop-parameter-sets, RFC 7798 §7.1 sprop-vps, -sps, -pps). */
import type { FormatParameters } from './format-parameters.ts';

export type VideoCodec = 'h264' | 'h265';

/**
 * NAL units without start codes. What does not decode, or is no parameter set of that codec, is left out: the camera then
 * sends them in band, or the stream never starts, which the receiver tells.
 */
export function readParameterSets(codec: VideoCodec, parameters: FormatParameters): readonly Uint8Array[] {
  const names = codec === 'h264' ? ['sprop-parameter-sets'] : ['sprop-vps', 'sprop-sps', 'sprop-pps'];
  const encoded = names.flatMap((name) => (parameters.get(name) ?? '').split(','));
  const nalUnits = encoded.flatMap((text) => splitStartCodes(decodeBase64(text)));
  return nalUnits.filter((nalUnit) => isParameterSet(codec, nalUnit)).slice(0, MAX_PARAMETER_SETS);
}

const MAX_PARAMETER_SETS = 64;
const MAX_BASE64_CHARACTERS = 65_536;

/**
 * Standard or URL-safe alphabet, padding optional; anything else in it makes the value worthless (VStarcam, retina#42).
 * Geovision ends it with a blank and the next parameter instead of `;` (retina#33).
 */
function decodeBase64(text: string): Uint8Array {
  const trimmed = (text.trim().split(/\s/)[0] ?? '').replace(/^"|"$/g, '');
  if (trimmed.length > MAX_BASE64_CHARACTERS || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(trimmed)) return new Uint8Array();
  return new Uint8Array(Buffer.from(trimmed, 'base64'));
}

/** Start codes in front, behind (GW Security) or between (several sets in one value) are cut out. */
function splitStartCodes(bytes: Uint8Array): Uint8Array[] {
  const nalUnits: Uint8Array[] = [];
  let start = 0;
  for (let at = 0; at + 2 < bytes.length; at++) {
    if (bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 2] !== 1) continue;
    nalUnits.push(withoutTrailingZeros(bytes.subarray(start, at)));
    start = at + 3;
    at += 2;
  }
  nalUnits.push(withoutTrailingZeros(bytes.subarray(start)));
  return nalUnits.filter((nalUnit) => nalUnit.length > 0);
}

/** H.264 §7.4.1: a NAL unit never ends in a zero byte; those belong to the start code behind it. */
function withoutTrailingZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}

function isParameterSet(codec: VideoCodec, nalUnit: Uint8Array): boolean {
  const first = nalUnit[0] ?? 0;
  if (codec === 'h265') {
    const type = (first >> 1) & 0x3f;
    return nalUnit.length > 2 && (first & 0x80) === 0 && type >= 32 && type <= 34;
  }
  const type = first & 0x1f;
  return nalUnit.length > 1 && (first & 0x80) === 0 && (type === 7 || type === 8);
}
