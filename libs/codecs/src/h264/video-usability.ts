/** Video usability information of an SPS (ITU-T H.264 §E.1.1): colour, timing and reordering. */
import type { BitReader } from '../bits/bit-reader.ts';

export interface VideoUsability {
  /** Width to height of one sample; undefined when not given. */
  readonly sampleAspectRatio: { readonly width: number; readonly height: number } | undefined;
  /** True: luma 0-255 as JPEG wants it; false: 16-235. */
  readonly fullRange: boolean;
  /** matrix_coefficients (table E-5): 1 BT.709, 5 and 6 BT.601, 2 unknown. */
  readonly matrixCoefficients: number;
  /** time_scale / (2 × num_units_in_tick) is the frame rate when it is fixed. */
  readonly timing:
    | { readonly unitsInTick: number; readonly timeScaleHz: number; readonly fixedFrameRate: boolean }
    | undefined;
  /** max_num_reorder_frames: 0 means output order is decoding order, so a decoder need not wait. */
  readonly maxReorderFrames: number | undefined;
  readonly maxDecodedFrameBuffering: number | undefined;
}

/** Undefined when it ends too early. */
export function parseVideoUsability(reader: BitReader): VideoUsability | undefined {
  const sampleAspectRatio = reader.flag() ? readSampleAspectRatio(reader) : undefined;
  if (reader.flag()) reader.skip(1); // overscan
  const { fullRange, matrixCoefficients } = reader.flag() ? readVideoSignal(reader) : UNKNOWN_SIGNAL;
  if (reader.flag()) {
    reader.unsignedExpGolomb(); // chroma_sample_loc_type_top_field
    reader.unsignedExpGolomb();
  }
  const timing = reader.flag()
    ? { unitsInTick: reader.bits(32), timeScaleHz: reader.bits(32), fixedFrameRate: reader.flag() }
    : undefined;
  const hasNalHrd = reader.flag();
  if (hasNalHrd) skipHrd(reader);
  const hasVclHrd = reader.flag();
  if (hasVclHrd) skipHrd(reader);
  if (hasNalHrd || hasVclHrd) reader.skip(1); // low_delay_hrd_flag
  reader.skip(1); // pic_struct_present_flag
  const restriction = reader.flag() ? readBitstreamRestriction(reader) : undefined;
  if (reader.failed) return undefined;
  return {
    sampleAspectRatio,
    fullRange,
    matrixCoefficients,
    timing,
    maxReorderFrames: restriction?.maxReorderFrames,
    maxDecodedFrameBuffering: restriction?.maxDecodedFrameBuffering,
  };
}

const EXTENDED_SAR = 255;
const UNKNOWN_SIGNAL = { fullRange: false, matrixCoefficients: 2 };
/** Table E-1, from aspect_ratio_idc 1 on. */
const SAMPLE_ASPECT_RATIOS: readonly (readonly [number, number])[] = [
  [1, 1],
  [12, 11],
  [10, 11],
  [16, 11],
  [40, 33],
  [24, 11],
  [20, 11],
  [32, 11],
  [80, 33],
  [18, 11],
  [15, 11],
  [64, 33],
  [160, 99],
  [4, 3],
  [3, 2],
  [2, 1],
];

function readSampleAspectRatio(reader: BitReader): VideoUsability['sampleAspectRatio'] {
  const index = reader.bits(8);
  if (index === EXTENDED_SAR) return { width: reader.bits(16), height: reader.bits(16) };
  const ratio = SAMPLE_ASPECT_RATIOS[index - 1];
  return ratio && { width: ratio[0], height: ratio[1] };
}

function readVideoSignal(reader: BitReader): { fullRange: boolean; matrixCoefficients: number } {
  reader.skip(3); // video_format
  const fullRange = reader.flag();
  if (!reader.flag()) return { fullRange, matrixCoefficients: 2 };
  reader.skip(16); // colour_primaries, transfer_characteristics
  return { fullRange, matrixCoefficients: reader.bits(8) };
}

function skipHrd(reader: BitReader): void {
  const count = Math.min(reader.unsignedExpGolomb() + 1, 32);
  reader.skip(8); // bit_rate_scale, cpb_size_scale
  for (let i = 0; i < count && !reader.failed; i++) {
    reader.unsignedExpGolomb();
    reader.unsignedExpGolomb();
    reader.skip(1);
  }
  reader.skip(20);
}

function readBitstreamRestriction(reader: BitReader): { maxReorderFrames: number; maxDecodedFrameBuffering: number } {
  reader.skip(1);
  for (let i = 0; i < 4; i++) reader.unsignedExpGolomb();
  return { maxReorderFrames: reader.unsignedExpGolomb(), maxDecodedFrameBuffering: reader.unsignedExpGolomb() };
}
