/** H.265 NAL units as the assembly of access units sees them (ITU-T H.265 §7.4.2.4.4). */
import {
  H265NalUnitType,
  h265NalUnitType,
  h265SlicePictureParameterSetId,
  h265VideoParameterSetId,
  isForbiddenBitSet,
  isH265RecoveryPoint,
  isRandomAccessType,
  parseH265PictureParameterSet,
  parseH265SequenceParameterSet,
} from '@oriel/codecs';
import { NalKind, type NalRules, type ParameterSetIdentity } from './nal-rules.ts';

export const h265NalRules: NalRules = {
  headerBytes: 2,
  kindOf: (header) => KINDS[h265NalUnitType(header)] as NalKind,
  isForbiddenBitSet,
  // first_slice_segment_in_pic_flag (§7.3.6.1).
  startsPicture: (firstSliceByte) => firstSliceByte >= 0x80,
  isRecoveryPoint: isH265RecoveryPoint,
  pictureParameterSetId: h265SlicePictureParameterSetId,
  identifyParameterSet,
};

const KINDS: readonly NalKind[] = Array.from({ length: 64 }, (_, type) => {
  switch (type) {
    case H265NalUnitType.Vps:
    case H265NalUnitType.Sps:
    case H265NalUnitType.Pps:
      return NalKind.ParameterSet;
    case H265NalUnitType.PrefixSei:
      return NalKind.PrefixSei;
    case H265NalUnitType.AccessUnitDelimiter:
      return NalKind.Delimiter;
    case H265NalUnitType.FillerData:
      return NalKind.Filler;
    default:
      if (isRandomAccessType(type)) return NalKind.RandomAccessSlice;
      if (type <= H265NalUnitType.RaslReference) return NalKind.Slice;
      return type >= 48 ? NalKind.Invalid : NalKind.Other;
  }
});

function identifyParameterSet(nalUnit: Uint8Array): ParameterSetIdentity {
  switch (h265NalUnitType(nalUnit[0] ?? 0)) {
    case H265NalUnitType.Vps:
      return { kind: 'vps', id: h265VideoParameterSetId(nalUnit) ?? -1 };
    case H265NalUnitType.Sps: {
      const sps = parseH265SequenceParameterSet(nalUnit);
      if (!sps.ok) return { kind: 'sps', id: -1 };
      const { id, width, height } = sps.value;
      return { kind: 'sps', id, format: { width, height, signature: JSON.stringify(sps.value) } };
    }
    default: {
      const pps = parseH265PictureParameterSet(nalUnit);
      return pps.ok ? { kind: 'pps', ...pps.value } : { kind: 'pps', id: -1 };
    }
  }
}
