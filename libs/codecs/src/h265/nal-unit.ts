/** H.265 NAL unit types and the two-byte header (ITU-T H.265 §7.3.1.2, table 7-1). */

/** nal_unit_type values with a meaning here. */
export const H265NalUnitType = {
  RaslNonReference: 8,
  RaslReference: 9,
  BlaWithLeading: 16,
  IdrWithRadl: 19,
  IdrWithoutLeading: 20,
  Cra: 21,
  /** Upper end of the types reserved for random access pictures. */
  ReservedIrap: 23,
  Vps: 32,
  Sps: 33,
  Pps: 34,
  AccessUnitDelimiter: 35,
  EndOfSequence: 36,
  EndOfBitstream: 37,
  FillerData: 38,
  PrefixSei: 39,
  SuffixSei: 40,
} as const;

/** 0 to 63, from the first byte of a NAL unit. */
export function h265NalUnitType(header: number): number {
  return (header >> 1) & 0b0011_1111;
}

/** A slice segment of a picture that decoding can start at: BLA, IDR or CRA. */
export function isRandomAccessType(type: number): boolean {
  return type >= H265NalUnitType.BlaWithLeading && type <= H265NalUnitType.Cra;
}
