/** NAL units prefixed with their length, as in MP4 and for WebCodecs (ISO/IEC 14496-15 §5.3.4.2). */

import { malformed, type Parsed } from '@oriel/model';
import { START_CODE, splitAnnexB } from './annex-b.ts';

/** Annex B to four-byte lengths: the form a decoder configured with `avcC` wants. One allocation. */
export function annexBToLengthPrefixed(byteStream: Uint8Array): Uint8Array {
  const ranges = splitAnnexB(byteStream);
  const output = new Uint8Array(ranges.reduce((sum, { length }) => sum + LENGTH_BYTES + length, 0));
  const view = new DataView(output.buffer);
  let position = 0;
  for (const { offset, length } of ranges) {
    view.setUint32(position, length);
    output.set(byteStream.subarray(offset, offset + length), position + LENGTH_BYTES);
    position += LENGTH_BYTES + length;
  }
  return output;
}

/** Views of NAL units that are prefixed with four-byte lengths. */
export function splitLengthPrefixed(bytes: Uint8Array): Parsed<Uint8Array[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const nalUnits: Uint8Array[] = [];
  let position = 0;
  while (position < bytes.length) {
    const start = position + LENGTH_BYTES;
    if (start > bytes.length) return malformed('length-prefix-cut', position, CLAUSE);
    const end = start + view.getUint32(position);
    if (end > bytes.length) return malformed('nal-unit-past-end', position, CLAUSE);
    nalUnits.push(bytes.subarray(start, end));
    position = end;
  }
  return { ok: true, value: nalUnits };
}

/** Four-byte lengths to Annex B. Both take four bytes, so the sizes are equal. */
export function lengthPrefixedToAnnexB(bytes: Uint8Array): Parsed<Uint8Array> {
  const split = splitLengthPrefixed(bytes);
  if (!split.ok) return split;
  const output = new Uint8Array(bytes); // not slice(): of a Buffer that would be a view
  let position = 0;
  for (const nalUnit of split.value) {
    output.set(START_CODE, position);
    position += LENGTH_BYTES + nalUnit.length;
  }
  return { ok: true, value: output };
}

const LENGTH_BYTES = 4;
const CLAUSE = 'ISO/IEC 14496-15 §5.3.4.2';
