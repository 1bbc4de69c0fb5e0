import type { VideoCodec } from './video-source.ts';

/** NAL units of an Annex B byte stream (H.264 and H.265 Annex B), as views, without trailing zero bytes. */
export function splitAnnexB(stream: Uint8Array): Uint8Array[] {
  const nalUnits: Uint8Array[] = [];
  const bytes = Buffer.from(stream.buffer, stream.byteOffset, stream.byteLength);
  let codeAt = bytes.indexOf(START_CODE);
  while (codeAt !== -1) {
    const start = codeAt + START_CODE.length;
    codeAt = bytes.indexOf(START_CODE, start);
    let end = codeAt === -1 ? bytes.length : codeAt;
    while (end > start && bytes[end - 1] === 0) end--;
    if (end > start) nalUnits.push(bytes.subarray(start, end));
  }
  return nalUnits;
}

/** SPS and PPS; for H.265 VPS too. */
export function isParameterSet(codec: VideoCodec, nalUnit: Uint8Array): boolean {
  const header = nalUnit[0] ?? 0;
  if (codec === 'h264') return (header & 0x1f) === 7 || (header & 0x1f) === 8;
  return header >> 1 >= 32 && header >> 1 <= 34;
}

const START_CODE = Buffer.from([0, 0, 1]);
