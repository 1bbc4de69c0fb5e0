import type { PacketizerOptions } from './h264-packetizer.ts';

const FU = 49;

/** RTP payloads of one H.265 access unit: single NAL unit packets (RFC 7798 §4.4.1) and fragmentation units (§4.4.3), no DONL. */
export function packetizeH265(nalUnits: readonly Uint8Array[], options: PacketizerOptions = {}): Uint8Array[] {
  const { maxPayloadBytes = 1400 } = options;
  return nalUnits.flatMap((nalUnit) =>
    nalUnit.length > maxPayloadBytes ? fragments(nalUnit, maxPayloadBytes) : [nalUnit],
  );
}

function fragments(nalUnit: Uint8Array, maxPayloadBytes: number): Buffer[] {
  const header0 = nalUnit[0] ?? 0;
  const header1 = nalUnit[1] ?? 0;
  const contentBytes = nalUnit.length - 2;
  const chunkBytes = Math.max(1, Math.min(maxPayloadBytes - 3, Math.ceil(contentBytes / 2)));
  const result: Buffer[] = [];
  for (let start = 0; start < contentBytes; start += chunkBytes) {
    const end = Math.min(start + chunkBytes, contentBytes);
    const fragment = Buffer.allocUnsafe(3 + end - start);
    fragment[0] = (header0 & 0x81) | (FU << 1);
    fragment[1] = header1;
    fragment[2] = (start === 0 ? 0x80 : 0) | (end === contentBytes ? 0x40 : 0) | ((header0 >> 1) & 0x3f);
    fragment.set(nalUnit.subarray(2 + start, 2 + end), 3);
    result.push(fragment);
  }
  return result;
}
