/**
 * Reads from the coded bytes how pictures will leave a decoder: how many it holds back, and which are fields. No I/O.
 */
import {
  H265NalUnitType,
  h265NalUnitType,
  isVclType,
  NalUnitType,
  nalUnitsOfAnnexB,
  nalUnitType,
  parseH265SequenceParameterSet,
  parseSequenceParameterSet,
  parseSliceField,
  type SequenceParameterSet,
  type SliceField,
} from '@oriel/codecs';
import type { AccessUnit } from '@oriel/media-bus';

export interface PictureOutput {
  /** Number of pictures that wait for others shown before them; undefined if the camera does not say. */
  readonly reorder: number | undefined;
  /** Frames may have been captured and coded field by field. */
  readonly isInterlaced: boolean;
}

export function pictureOutputOf({ codec, data }: Pick<AccessUnit, 'codec' | 'data'>): PictureOutput {
  if (codec === 'h264') {
    const sps = spsOf(data);
    return { reorder: sps?.vui?.maxReorderFrames, isInterlaced: sps?.framesOnly === false };
  }
  const nalUnit = nalUnitsOfAnnexB(data).find((unit) => h265NalUnitType(unit[0] ?? 0) === H265NalUnitType.Sps);
  const sps = nalUnit && parseH265SequenceParameterSet(nalUnit);
  return { reorder: sps?.ok ? sps.value.maxReorderPictures : undefined, isInterlaced: false };
}

/**
 * Finds the access units that are single fields of a frame (H.264 field pictures): a decoder outputs one picture for
 * two of them.
 */
export class FieldPairs {
  #sps: SequenceParameterSet | undefined;
  #first: SliceField | undefined;

  /**
   * Call once for every access unit. `first`: the other field of its frame is still to come. `second`: it is that other
   * field.
   */
  see({ codec, data, isKeyframe }: Pick<AccessUnit, 'codec' | 'data' | 'isKeyframe'>): 'frame' | 'first' | 'second' {
    if (codec !== 'h264') return 'frame';
    if (isKeyframe) this.#sps = spsOf(data) ?? this.#sps;
    if (this.#sps === undefined || this.#sps.framesOnly) return 'frame';
    const first = this.#first;
    const fields = fieldsOf(data, this.#sps);
    this.#first = undefined;
    const [field] = fields;
    if (field?.parity === undefined || fields.some(({ parity }) => parity !== field.parity)) return 'frame';
    if (first !== undefined && first.frameNum === field.frameNum && first.parity !== field.parity) return 'second';
    this.#first = field;
    return 'first';
  }
}

function spsOf(data: Uint8Array): SequenceParameterSet | undefined {
  const nalUnit = nalUnitsOfAnnexB(data).find((unit) => nalUnitType(unit[0] ?? 0) === NalUnitType.Sps);
  const sps = nalUnit && parseSequenceParameterSet(nalUnit);
  return sps?.ok ? sps.value : undefined;
}

function fieldsOf(data: Uint8Array, sps: SequenceParameterSet): SliceField[] {
  return nalUnitsOfAnnexB(data)
    .filter((unit) => isVclType(nalUnitType(unit[0] ?? 0)))
    .map((unit) => parseSliceField(unit, sps))
    .flatMap((field) => (field.ok ? [field.value] : []));
}
