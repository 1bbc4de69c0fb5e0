/** The part of a picture parameter set that leads to the SPS of a picture (ITU-T H.264 §7.3.2.2). */

import { malformed, type Parsed } from '@oriel/model';
import { BitReader } from '../bits/bit-reader.ts';
import { removeEmulationPrevention } from '../bits/emulation-prevention.ts';
import { NalUnitType, nalUnitType } from './nal-unit.ts';

export interface PictureParameterSet {
  /** pic_parameter_set_id, 0 to 255. */
  readonly id: number;
  /** The SPS it refers to, 0 to 31. */
  readonly sequenceParameterSetId: number;
  /** CABAC if true, else CAVLC. */
  readonly isCabac: boolean;
}

/** Reads the start of a PPS NAL unit, header byte first. */
export function parsePictureParameterSet(nalUnit: Uint8Array): Parsed<PictureParameterSet> {
  if (nalUnit.length < 2 || nalUnitType(nalUnit[0] as number) !== NalUnitType.Pps)
    return malformed('not-a-pps', 0, CLAUSE);
  const reader = new BitReader(removeEmulationPrevention(nalUnit.subarray(0, MAX_READ_BYTES)));
  reader.skip(8);
  const id = reader.unsignedExpGolomb();
  const sequenceParameterSetId = reader.unsignedExpGolomb();
  const isCabac = reader.flag();
  if (reader.failed) return malformed('pps-cut', reader.offsetBytes, CLAUSE);
  if (id > 255 || sequenceParameterSetId > 31) return malformed('pps-id-out-of-range', 1, 'H.264 §7.4.2.2');
  return { ok: true, value: { id, sequenceParameterSetId, isCabac } };
}

const CLAUSE = 'H.264 §7.3.2.2';
const MAX_READ_BYTES = 16;
