/** ADTS, a header in front of each AAC access unit that says where the next one starts (ISO/IEC 13818-7 §6.2). */

/** Whether an ADTS frame starts here and is whole: sync word, layer 0, and a length that fits. */
export function isAdts(bytes: Uint8Array): boolean {
  if (bytes.length <= HEADER_BYTES || bytes[0] !== 0xff || ((bytes[1] as number) & 0xf6) !== 0xf0) return false;
  const frameBytes = adtsFrameBytes(bytes);
  return frameBytes > headerBytes(bytes) && frameBytes <= bytes.length;
}

/** Length of the frame with its header, as the header says. Call {@link isAdts} first. */
export function adtsFrameBytes(bytes: Uint8Array): number {
  return (((bytes[3] as number) & 0b11) << 11) | ((bytes[4] as number) << 3) | ((bytes[5] as number) >> 5);
}

/** The access unit alone, when this is exactly one ADTS frame; anything else unchanged. A view. */
export function withoutAdts(frame: Uint8Array): Uint8Array {
  return isAdts(frame) && adtsFrameBytes(frame) === frame.length ? frame.subarray(headerBytes(frame)) : frame;
}

const HEADER_BYTES = 7;
const CRC_BYTES = 2;

function headerBytes(bytes: Uint8Array): number {
  const hasCrc = ((bytes[1] as number) & 1) === 0;
  return hasCrc ? HEADER_BYTES + CRC_BYTES : HEADER_BYTES;
}
