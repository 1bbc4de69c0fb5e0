export { adtsFrameBytes, isAdts, withoutAdts } from './aac/adts.ts';
export {
  type AudioSpecificConfig,
  buildAudioSpecificConfig,
  parseAudioSpecificConfig,
} from './aac/audio-specific-config.ts';
export {
  findStartCode,
  joinAnnexB,
  type NalUnitRange,
  nalUnitsOfAnnexB,
  START_CODE,
  splitAnnexB,
  withoutTrailingZeros,
} from './bits/annex-b.ts';
export { BitReader } from './bits/bit-reader.ts';
export { removeEmulationPrevention } from './bits/emulation-prevention.ts';
export { annexBToLengthPrefixed, lengthPrefixedToAnnexB, splitLengthPrefixed } from './bits/length-prefixed.ts';
export { h264CodecString } from './h264/codec-string.ts';
export { buildDecoderConfig, type DecoderConfig, parseDecoderConfig } from './h264/decoder-config.ts';
export { isForbiddenBitSet, isVclType, NalUnitType, nalUnitType } from './h264/nal-unit.ts';
export { type PictureParameterSet, parsePictureParameterSet } from './h264/picture-parameter-set.ts';
export { findRecoveryPoint, type RecoveryPoint } from './h264/recovery-point.ts';
export { parseSequenceParameterSet, type SequenceParameterSet } from './h264/sequence-parameter-set.ts';
export {
  isFirstSliceOfPicture,
  parseSliceField,
  parseSliceHeader,
  type SliceField,
  type SliceHeader,
  type SliceType,
} from './h264/slice-header.ts';
export type { VideoUsability } from './h264/video-usability.ts';
export { H265NalUnitType, h265NalUnitType, isRandomAccessType } from './h265/nal-unit.ts';
export {
  type H265SequenceParameterSet,
  h265SlicePictureParameterSetId,
  h265VideoParameterSetId,
  parseH265PictureParameterSet,
  parseH265SequenceParameterSet,
} from './h265/parameter-sets.ts';
export { isH265RecoveryPoint } from './h265/recovery-point.ts';
