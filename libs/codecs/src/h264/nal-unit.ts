/** NAL unit types and the one-byte header (ITU-T H.264 §7.3.1, table 7-1). */

/** nal_unit_type values with a meaning here. */
export const NalUnitType = {
  NonIdrSlice: 1,
  DataPartitionA: 2,
  DataPartitionB: 3,
  DataPartitionC: 4,
  IdrSlice: 5,
  Sei: 6,
  Sps: 7,
  Pps: 8,
  AccessUnitDelimiter: 9,
  EndOfSequence: 10,
  EndOfStream: 11,
  FillerData: 12,
  SpsExtension: 13,
  Prefix: 14,
  SubsetSps: 15,
  AuxiliarySlice: 19,
  SliceExtension: 20,
} as const;

/** 0 to 31, from the first byte of a NAL unit. */
export function nalUnitType(header: number): number {
  return header & 0b0001_1111;
}

/** forbidden_zero_bit: set only by an encoder or a network that damaged the unit. */
export function isForbiddenBitSet(header: number): boolean {
  return (header & 0b1000_0000) !== 0;
}

/** A slice, or a part of one, of the primary coded picture. Slice extensions (20) need the base picture, so they do not count. */
export function isVclType(type: number): boolean {
  return type >= NalUnitType.NonIdrSlice && type <= NalUnitType.IdrSlice;
}
