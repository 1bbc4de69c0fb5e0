export {
  findStartCode,
  joinAnnexB,
  type NalUnitRange,
  nalUnitsOfAnnexB,
  START_CODE,
  splitAnnexB,
  withoutTrailingZeros,
} from './annex-b.ts';
export { BitReader } from './bit-reader.ts';
export { h264CodecString } from './codec-string.ts';
export { buildDecoderConfig, type DecoderConfig, parseDecoderConfig } from './decoder-config.ts';
export { removeEmulationPrevention } from './emulation-prevention.ts';
export { H265NalUnitType, h265NalUnitType, isRandomAccessType } from './h265-nal-unit.ts';
export {
  type H265SequenceParameterSet,
  h265SlicePictureParameterSetId,
  h265VideoParameterSetId,
  parseH265PictureParameterSet,
  parseH265SequenceParameterSet,
} from './h265-parameter-sets.ts';
export { annexBToLengthPrefixed, lengthPrefixedToAnnexB, splitLengthPrefixed } from './length-prefixed.ts';
export { type Fault, malformed, type Parsed } from './malformed.ts';
export { isForbiddenBitSet, isVclType, NalUnitType, nalRefIdc, nalUnitType } from './nal-unit.ts';
export { type PictureParameterSet, parsePictureParameterSet } from './picture-parameter-set.ts';
export { parseSequenceParameterSet, type SequenceParameterSet } from './sequence-parameter-set.ts';
export {
  isFirstSliceOfPicture,
  parseSliceField,
  parseSliceHeader,
  type SliceField,
  type SliceHeader,
  type SliceType,
} from './slice-header.ts';
export { findRecoveryPoint, isH265RecoveryPoint, type RecoveryPoint } from './supplemental-enhancement.ts';
export type { VideoUsability } from './video-usability.ts';
