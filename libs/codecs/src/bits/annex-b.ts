/** Byte stream format: NAL units behind start codes (ITU-T H.264 Annex B). */

/** Where one NAL unit lies in a byte stream, header byte first, without start code or trailing zeros. */
export interface NalUnitRange {
  readonly offset: number;
  readonly length: number;
}

/** Four bytes; the long form is required before parameter sets and the first NAL unit of an access unit (§B.1.2). */
export const START_CODE: Readonly<Uint8Array> = Uint8Array.of(0, 0, 0, 1);

/**
 * Finds the NAL units of a byte stream without copying. Skips empty ones, and bytes before the first start code.
 *
 * @param maxNalUnits - Stops there [4096]: a stream of nothing but start codes must not grow an array without limit.
 */
export function splitAnnexB(byteStream: Uint8Array, maxNalUnits = MAX_NAL_UNITS): NalUnitRange[] {
  const ranges: NalUnitRange[] = [];
  let startCode = findStartCode(byteStream, 0);
  while (startCode !== -1 && ranges.length < maxNalUnits) {
    const offset = startCode + SHORT_START_CODE_BYTES;
    startCode = findStartCode(byteStream, offset);
    const length = withoutTrailingZeros(byteStream, offset, startCode === -1 ? byteStream.length : startCode) - offset;
    if (length > 0) ranges.push({ offset, length });
  }
  return ranges;
}

/** {@link splitAnnexB}, as views over the byte stream. */
export function nalUnitsOfAnnexB(byteStream: Uint8Array): Uint8Array[] {
  return splitAnnexB(byteStream).map(({ offset, length }) => byteStream.subarray(offset, offset + length));
}

/** One byte stream of the NAL units, each behind a four-byte start code. */
export function joinAnnexB(nalUnits: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(nalUnits.reduce((sum, nalUnit) => sum + START_CODE.length + nalUnit.length, 0));
  let position = 0;
  for (const nalUnit of nalUnits) {
    joined.set(START_CODE, position);
    joined.set(nalUnit, position + START_CODE.length);
    position += START_CODE.length + nalUnit.length;
  }
  return joined;
}

/** Offset of the next `00 00 01` at or after `from`, or -1. The zero byte of a long start code stands before it. */
export function findStartCode(bytes: Uint8Array, from: number): number {
  // Looks at every third byte while it is neither 0 nor 1: then no start code can cover it.
  let i = from + 2;
  while (i < bytes.length) {
    const byte = bytes[i] as number;
    if (byte > 1) i += 3;
    else if (byte === 0) i += 1;
    else if (bytes[i - 1] === 0 && bytes[i - 2] === 0) return i - 2;
    else i += 3;
  }
  return -1;
}

/** The end of a NAL unit without trailing_zero_8bits (§B.1.1): the last byte of a NAL unit is never zero (§7.4.1). */
export function withoutTrailingZeros(bytes: Uint8Array, start: number, end: number): number {
  let trimmed = end;
  while (trimmed > start && bytes[trimmed - 1] === 0) trimmed -= 1;
  return trimmed;
}

const SHORT_START_CODE_BYTES = 3;
const MAX_NAL_UNITS = 4096;
