/** The start of a slice header (ITU-T H.264 §7.3.3): enough to tell pictures, parameter sets and fields apart. */

import { malformed, type Parsed } from '@oriel/model';
import { BitReader } from '../bits/bit-reader.ts';
import { removeEmulationPrevention } from '../bits/emulation-prevention.ts';
import { isVclType, nalUnitType } from './nal-unit.ts';
import type { SequenceParameterSet } from './sequence-parameter-set.ts';

export type SliceType = 'P' | 'B' | 'I' | 'SP' | 'SI';

export interface SliceHeader {
  /** Address of its first macroblock; 0 in the first slice of a picture. */
  readonly firstMb: number;
  readonly sliceType: SliceType;
  readonly pictureParameterSetId: number;
}

/** Reads a slice NAL unit, header byte first; its first 24 bytes are enough. */
export function parseSliceHeader(nalUnit: Uint8Array): Parsed<SliceHeader> {
  if (nalUnit.length < 2 || !isVclType(nalUnitType(nalUnit[0] as number))) return malformed('not-a-slice', 0, CLAUSE);
  const reader = new BitReader(removeEmulationPrevention(nalUnit.subarray(0, MAX_READ_BYTES)));
  reader.skip(8);
  const firstMb = reader.unsignedExpGolomb();
  // 5 to 9 mean the same types, shared by all slices of the picture.
  const sliceType = SLICE_TYPES[reader.unsignedExpGolomb() % 5] as SliceType;
  const pictureParameterSetId = reader.unsignedExpGolomb();
  if (reader.failed) return malformed('slice-header-cut', reader.offsetBytes, CLAUSE);
  return { ok: true, value: { firstMb, sliceType, pictureParameterSetId } };
}

export interface SliceField {
  /** frame_num, shared by the two fields of a frame. */
  readonly frameNum: number;
  /** Which field the slice codes; undefined when it codes a whole frame. */
  readonly parity: 'top' | 'bottom' | undefined;
}

/** Reads as far as field_pic_flag and bottom_field_flag. */
export function parseSliceField(
  nalUnit: Uint8Array,
  sps: Pick<SequenceParameterSet, 'framesOnly' | 'frameNumBits' | 'separateColourPlanes'>,
): Parsed<SliceField> {
  if (nalUnit.length < 2 || !isVclType(nalUnitType(nalUnit[0] as number))) return malformed('not-a-slice', 0, CLAUSE);
  const reader = new BitReader(removeEmulationPrevention(nalUnit.subarray(0, MAX_READ_BYTES)));
  reader.skip(8);
  for (let field = 0; field < 3; field++) reader.unsignedExpGolomb(); // first_mb_in_slice, slice_type, pic_parameter_set_id
  if (sps.separateColourPlanes) reader.skip(2); // colour_plane_id
  const frameNum = reader.bits(sps.frameNumBits);
  const isField = !sps.framesOnly && reader.flag();
  const isBottom = isField && reader.flag();
  if (reader.failed) return malformed('slice-header-cut', reader.offsetBytes, CLAUSE);
  return { ok: true, value: { frameNum, parity: isField ? (isBottom ? 'bottom' : 'top') : undefined } };
}

/** Whether first_mb_in_slice is 0: the first bit after the NAL unit header is then 1. */
export function isFirstSliceOfPicture(nalUnit: Uint8Array): boolean {
  return ((nalUnit[1] ?? 0) & 0b1000_0000) !== 0;
}

const CLAUSE = 'H.264 §7.3.3';
const MAX_READ_BYTES = 24;
const SLICE_TYPES: readonly SliceType[] = ['P', 'B', 'I', 'SP', 'SI'];
