/** Reads parameter sets from `a=fmtp` (RFC 6184 §8.1 sprop-parameter-sets, RFC 7798 §7.1 sprop-vps, -sps, -pps). */
import type { VideoCodec } from '@oriel/model';
import type { FormatParameters } from './format-parameters.ts';

/**
 * Returns NAL units without start codes. Drops values that do not decode or are no parameter set of the codec: either the
 * camera sends them in band, or the stream never starts, which the receiver reports.
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
 * Accepts the standard and the URL-safe alphabet, with or without padding. Any other character makes the value useless
 * (VStarcam, retina#42). Geovision ends the value with a space and the next parameter instead of `;` (retina#33).
 */
function decodeBase64(text: string): Uint8Array {
  const trimmed = (text.trim().split(/\s/)[0] ?? '').replace(/^"|"$/g, '');
  if (trimmed.length > MAX_BASE64_CHARACTERS || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(trimmed)) return new Uint8Array();
  return new Uint8Array(Buffer.from(trimmed, 'base64'));
}

/** Splits at start codes, which may stand before, after (GW Security) or between (several sets in one value) NAL units. */
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

/** NAL units never end in a zero byte (H.264 §7.4.1). Trailing zeros belong to the next start code. */
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
