/** The parts of H.265 parameter sets and slice headers that lead to the picture size (ITU-T H.265 §7.3.2, §7.3.6.1). */

import { malformed, type Parsed } from '@oriel/model';
import { BitReader } from '../bits/bit-reader.ts';
import { removeEmulationPrevention } from '../bits/emulation-prevention.ts';
import { H265NalUnitType, h265NalUnitType } from './nal-unit.ts';

export interface H265SequenceParameterSet {
  /** sps_seq_parameter_set_id, 0 to 15. */
  readonly id: number;
  readonly profileIdc: number;
  readonly isHighTier: boolean;
  /** Thirty times the level number: 120 is level 4. */
  readonly levelIdc: number;
  /** 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4. */
  readonly chromaFormatIdc: number;
  readonly bitDepthLuma: number;
  readonly bitDepthChroma: number;
  /** Luma samples after cropping. */
  readonly width: number;
  readonly height: number;
  /** sps_max_num_reorder_pics of the highest sub-layer: how many pictures a decoder may hold back; undefined when cut off. */
  readonly maxReorderPictures: number | undefined;
}

/** Reads an SPS NAL unit up to the sub-layer ordering; cameras differ too much in what follows (scaling lists, VUI, extensions). */
export function parseH265SequenceParameterSet(nalUnit: Uint8Array): Parsed<H265SequenceParameterSet> {
  if (nalUnit.length < 3 || h265NalUnitType(nalUnit[0] as number) !== H265NalUnitType.Sps) {
    return malformed('not-an-sps', 0, SPS_CLAUSE);
  }
  const reader = new BitReader(removeEmulationPrevention(nalUnit));
  reader.skip(16 + 4); // header, sps_video_parameter_set_id
  const maxSubLayersMinus1 = reader.bits(3);
  reader.skip(1); // sps_temporal_id_nesting_flag
  const level = readProfileTierLevel(reader, maxSubLayersMinus1);
  const id = reader.unsignedExpGolomb();
  const chromaFormatIdc = reader.unsignedExpGolomb();
  const separateColourPlanes = chromaFormatIdc === 3 && reader.flag();
  const codedWidth = reader.unsignedExpGolomb();
  const codedHeight = reader.unsignedExpGolomb();
  const hasWindow = reader.flag();
  const [left = 0, right = 0, top = 0, bottom = 0] = hasWindow ? readUnsigned(reader, 4) : [];
  const bitDepthLuma = reader.unsignedExpGolomb() + 8;
  const bitDepthChroma = reader.unsignedExpGolomb() + 8;
  if (reader.failed) return malformed('sps-cut', reader.offsetBytes, SPS_CLAUSE);
  if (id > MAX_SPS_ID || chromaFormatIdc > 3)
    return malformed('sps-id-out-of-range', reader.offsetBytes, 'H.265 §7.4.3.2.1');

  const subsampled = !separateColourPlanes && chromaFormatIdc;
  const cropUnitX = subsampled === 1 || subsampled === 2 ? 2 : 1;
  const cropUnitY = subsampled === 1 ? 2 : 1;
  const width = codedWidth - cropUnitX * (left + right);
  const height = codedHeight - cropUnitY * (top + bottom);
  if (width <= 0 || height <= 0 || codedWidth > MAX_SIDE || codedHeight > MAX_SIDE) {
    return malformed('sps-size-out-of-range', reader.offsetBytes, 'H.265 §A.4.1');
  }
  const maxReorderPictures = readMaxReorderPictures(reader, maxSubLayersMinus1);
  const size = { width, height, maxReorderPictures };
  return { ok: true, value: { id, ...level, chromaFormatIdc, bitDepthLuma, bitDepthChroma, ...size } };
}

/** vps_video_parameter_set_id, 0 to 15. */
export function h265VideoParameterSetId(nalUnit: Uint8Array): number | undefined {
  return nalUnit.length < 3 ? undefined : (nalUnit[2] as number) >> 4;
}

/** Reads the ids at the start of a PPS NAL unit. */
export function parseH265PictureParameterSet(
  nalUnit: Uint8Array,
): Parsed<{ id: number; sequenceParameterSetId: number }> {
  const reader = new BitReader(removeEmulationPrevention(nalUnit.subarray(0, MAX_READ_BYTES)));
  reader.skip(16);
  const id = reader.unsignedExpGolomb();
  const sequenceParameterSetId = reader.unsignedExpGolomb();
  if (reader.failed) return malformed('pps-cut', reader.offsetBytes, PPS_CLAUSE);
  if (id > MAX_PPS_ID || sequenceParameterSetId > MAX_SPS_ID) return malformed('pps-id-out-of-range', 2, PPS_CLAUSE);
  return { ok: true, value: { id, sequenceParameterSetId } };
}

/** slice_pic_parameter_set_id of a slice segment NAL unit. */
export function h265SlicePictureParameterSetId(nalUnit: Uint8Array): number | undefined {
  const reader = new BitReader(removeEmulationPrevention(nalUnit.subarray(0, MAX_READ_BYTES)));
  const type = h265NalUnitType(nalUnit[0] ?? 0);
  const isIrap = type >= H265NalUnitType.BlaWithLeading && type <= H265NalUnitType.ReservedIrap;
  reader.skip(16 + 1 + (isIrap ? 1 : 0)); // header, first_slice_segment_in_pic_flag, no_output_of_prior_pics_flag
  const id = reader.unsignedExpGolomb();
  return reader.failed ? undefined : id;
}

const SPS_CLAUSE = 'H.265 §7.3.2.2.1';
const PPS_CLAUSE = 'H.265 §7.3.2.3.1';
const MAX_SPS_ID = 15;
const MAX_PPS_ID = 63;
/** √(8 × MaxLumaPs) of level 6.2. */
const MAX_SIDE = 16_888;
const MAX_READ_BYTES = 16;
const PROFILE_BITS = 88;
const LEVEL_BITS = 8;

/** profile_tier_level( 1, maxSubLayersMinus1 ) (§7.3.3). */
function readProfileTierLevel(
  reader: BitReader,
  maxSubLayersMinus1: number,
): Pick<H265SequenceParameterSet, 'profileIdc' | 'isHighTier' | 'levelIdc'> {
  reader.skip(2); // general_profile_space
  const isHighTier = reader.flag();
  const profileIdc = reader.bits(5);
  reader.skip(PROFILE_BITS - 8);
  const levelIdc = reader.bits(LEVEL_BITS);
  const presence = Array.from({ length: maxSubLayersMinus1 }, () => ({ profile: reader.flag(), level: reader.flag() }));
  if (maxSubLayersMinus1 > 0) reader.skip(2 * (8 - maxSubLayersMinus1));
  for (const { profile, level } of presence) reader.skip((profile ? PROFILE_BITS : 0) + (level ? LEVEL_BITS : 0));
  return { profileIdc, isHighTier, levelIdc };
}

function readMaxReorderPictures(reader: BitReader, maxSubLayersMinus1: number): number | undefined {
  reader.unsignedExpGolomb(); // log2_max_pic_order_cnt_lsb_minus4
  const rounds = reader.flag() ? maxSubLayersMinus1 + 1 : 1;
  let reorder = 0;
  for (let layer = 0; layer < rounds; layer++) {
    reader.unsignedExpGolomb(); // sps_max_dec_pic_buffering_minus1
    reorder = reader.unsignedExpGolomb();
    reader.unsignedExpGolomb(); // sps_max_latency_increase_plus1
  }
  return reader.failed ? undefined : reorder;
}

function readUnsigned(reader: BitReader, count: number): number[] {
  return Array.from({ length: count }, () => reader.unsignedExpGolomb());
}
