/** H.264 NAL units as the assembly of access units sees them (ITU-T H.264 §7.4.1). */
import {
  findRecoveryPoint,
  isForbiddenBitSet,
  NalUnitType,
  nalUnitType,
  parsePictureParameterSet,
  parseSequenceParameterSet,
  parseSliceHeader,
} from '@oriel/codecs';
import { NalKind, type NalRules, type ParameterSetIdentity } from './nal-rules.ts';

export const h264NalRules: NalRules = {
  headerBytes: 1,
  kindOf: (header) => KINDS[nalUnitType(header)] as NalKind,
  isForbiddenBitSet,
  // first_mb_in_slice is ue(v): its first bit is 1 when it is 0 (§7.3.3).
  startsPicture: (firstSliceByte) => firstSliceByte >= 0x80,
  isRecoveryPoint: (nalUnit) => findRecoveryPoint(nalUnit)?.recoveryFrameCount === 0,
  pictureParameterSetId: (nalUnit) => {
    const header = parseSliceHeader(nalUnit);
    return header.ok ? header.value.pictureParameterSetId : undefined;
  },
  identifyParameterSet: (nalUnit) => (isSps(nalUnit) ? identifySps(nalUnit) : identifyPps(nalUnit)),
};

const KINDS: readonly NalKind[] = Array.from({ length: 32 }, (_, type) => {
  switch (type) {
    case NalUnitType.NonIdrSlice:
    case NalUnitType.DataPartitionA:
    case NalUnitType.DataPartitionB:
    case NalUnitType.DataPartitionC:
      return NalKind.Slice;
    case NalUnitType.IdrSlice:
      return NalKind.RandomAccessSlice;
    case NalUnitType.Sps:
    case NalUnitType.Pps:
      return NalKind.ParameterSet;
    case NalUnitType.Sei:
      return NalKind.PrefixSei;
    case NalUnitType.AccessUnitDelimiter:
      return NalKind.Delimiter;
    case NalUnitType.FillerData:
      return NalKind.Filler;
    default:
      return type === 0 || type >= 24 ? NalKind.Invalid : NalKind.Other;
  }
});

function isSps(nalUnit: Uint8Array): boolean {
  return nalUnitType(nalUnit[0] ?? 0) === NalUnitType.Sps;
}

function identifySps(nalUnit: Uint8Array): ParameterSetIdentity {
  const sps = parseSequenceParameterSet(nalUnit);
  if (!sps.ok) return { kind: 'sps', id: -1 };
  const { id, width, height, profileIdc, constraintFlags, levelIdc, vui } = sps.value;
  const signature = JSON.stringify([width, height, profileIdc, constraintFlags, levelIdc, vui]);
  return { kind: 'sps', id, format: { width, height, signature } };
}

function identifyPps(nalUnit: Uint8Array): ParameterSetIdentity {
  const pps = parsePictureParameterSet(nalUnit);
  if (!pps.ok) return { kind: 'pps', id: -1 };
  return { kind: 'pps', id: pps.value.id, sequenceParameterSetId: pps.value.sequenceParameterSetId };
}
