/** The H.264 sequence parameter set: picture size, profile, level, and the VUI fields of use (ITU-T H.264 §7.3.2.1.1, §E.1.1). */

import { malformed, type Parsed } from '@oriel/model';
import { BitReader } from '../bits/bit-reader.ts';
import { removeEmulationPrevention } from '../bits/emulation-prevention.ts';
import { NalUnitType, nalUnitType } from './nal-unit.ts';
import { parseVideoUsability, type VideoUsability } from './video-usability.ts';

export interface SequenceParameterSet {
  /** seq_parameter_set_id, 0 to 31. */
  readonly id: number;
  readonly profileIdc: number;
  /** The byte of constraint_set flags between profile_idc and level_idc. */
  readonly constraintFlags: number;
  /** Ten times the level number: 31 is level 3.1. */
  readonly levelIdc: number;
  /** 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4. */
  readonly chromaFormatIdc: number;
  readonly bitDepthLuma: number;
  readonly bitDepthChroma: number;
  /** Length of frame_num in slice headers, in bits. */
  readonly frameNumBits: number;
  readonly separateColourPlanes: boolean;
  readonly maxRefFrames: number;
  /** False: pictures may be fields (interlaced). */
  readonly framesOnly: boolean;
  /** Luma samples after cropping: what a viewer sees. */
  readonly width: number;
  readonly height: number;
  /** Undefined when absent or unreadable: some cameras write broken ones, and pictures decode without it. */
  readonly vui: VideoUsability | undefined;
}

/**
 * Reads an SPS NAL unit, header byte first. Trailing bytes are ignored: Reolink appends 04, others a start code.
 * A truncated VUI is dropped and the rest kept.
 */
export function parseSequenceParameterSet(nalUnit: Uint8Array): Parsed<SequenceParameterSet> {
  if (nalUnit.length < 4 || nalUnitType(nalUnit[0] as number) !== NalUnitType.Sps)
    return malformed('not-an-sps', 0, CLAUSE);
  const rbsp = removeEmulationPrevention(nalUnit);
  const reader = new BitReader(rbsp);
  reader.skip(8);
  const profileIdc = reader.bits(8);
  const constraintFlags = reader.bits(8);
  const levelIdc = reader.bits(8);
  const id = reader.unsignedExpGolomb();
  if (id > MAX_SPS_ID) return malformed('sps-id-out-of-range', reader.offsetBytes, '§7.4.2.1.1');

  const chroma = HIGH_PROFILES.has(profileIdc) ? readChroma(reader) : BASE_CHROMA;
  const frameNumBits = reader.unsignedExpGolomb() + 4;
  skipPictureOrderCount(reader);
  const maxRefFrames = reader.unsignedExpGolomb();
  reader.skip(1); // gaps_in_frame_num_value_allowed_flag
  const widthInMbs = reader.unsignedExpGolomb() + 1;
  const heightInMapUnits = reader.unsignedExpGolomb() + 1;
  const framesOnly = reader.flag();
  if (!framesOnly) reader.skip(1); // mb_adaptive_frame_field_flag
  reader.skip(1); // direct_8x8_inference_flag
  const crop = reader.flag() ? readCrop(reader) : NO_CROP;
  if (reader.failed) return malformed('sps-cut', reader.offsetBytes, CLAUSE);
  if (frameNumBits > 16) return malformed('sps-frame-num-out-of-range', reader.offsetBytes, '§7.4.2.1.1');

  const chromaArrayType = chroma.separateColourPlanes ? 0 : chroma.chromaFormatIdc;
  const fieldFactor = framesOnly ? 1 : 2;
  const cropUnitX = chromaArrayType === 1 || chromaArrayType === 2 ? 2 : 1;
  const cropUnitY = (chromaArrayType === 1 ? 2 : 1) * fieldFactor;
  const width = widthInMbs * 16 - cropUnitX * (crop.left + crop.right);
  const height = heightInMapUnits * 16 * fieldFactor - cropUnitY * (crop.top + crop.bottom);
  if (width <= 0 || height <= 0 || widthInMbs > MAX_SIDE_MBS || heightInMapUnits > MAX_SIDE_MBS) {
    return malformed('sps-size-out-of-range', reader.offsetBytes, '§A.3.1');
  }
  const vui = reader.flag() ? parseVideoUsability(reader) : undefined;
  return {
    ok: true,
    value: {
      id,
      profileIdc,
      constraintFlags,
      levelIdc,
      ...chroma,
      frameNumBits,
      maxRefFrames,
      framesOnly,
      width,
      height,
      vui,
    },
  };
}

const CLAUSE = 'H.264 §7.3.2.1.1';
const MAX_SPS_ID = 31;
/** √(8 × MaxFS) of level 6.2. */
const MAX_SIDE_MBS = 1055;
const HIGH_PROFILES: ReadonlySet<number> = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

type Chroma = Pick<
  SequenceParameterSet,
  'chromaFormatIdc' | 'separateColourPlanes' | 'bitDepthLuma' | 'bitDepthChroma'
>;
const BASE_CHROMA: Chroma = { chromaFormatIdc: 1, separateColourPlanes: false, bitDepthLuma: 8, bitDepthChroma: 8 };

function readChroma(reader: BitReader): Chroma {
  const chromaFormatIdc = reader.unsignedExpGolomb();
  const separateColourPlanes = chromaFormatIdc === 3 && reader.flag();
  const bitDepthLuma = reader.unsignedExpGolomb() + 8;
  const bitDepthChroma = reader.unsignedExpGolomb() + 8;
  reader.skip(1); // qpprime_y_zero_transform_bypass_flag
  if (reader.flag()) skipScalingLists(reader, chromaFormatIdc === 3 ? 12 : 8);
  return { chromaFormatIdc, separateColourPlanes, bitDepthLuma, bitDepthChroma };
}

function skipScalingLists(reader: BitReader, count: number): void {
  for (let list = 0; list < count; list++) {
    if (!reader.flag()) continue;
    const size = list < 6 ? 16 : 64;
    let lastScale = 8;
    let nextScale = 8;
    for (let i = 0; i < size && !reader.failed; i++) {
      if (nextScale !== 0) nextScale = (lastScale + reader.signedExpGolomb() + 256) % 256;
      if (nextScale !== 0) lastScale = nextScale;
    }
  }
}

function skipPictureOrderCount(reader: BitReader): void {
  const type = reader.unsignedExpGolomb();
  if (type === 0) {
    reader.unsignedExpGolomb();
  } else if (type === 1) {
    reader.skip(1);
    reader.signedExpGolomb();
    reader.signedExpGolomb();
    const cycle = Math.min(reader.unsignedExpGolomb(), 255);
    for (let i = 0; i < cycle && !reader.failed; i++) reader.signedExpGolomb();
  }
}

interface Crop {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}
const NO_CROP: Crop = { left: 0, right: 0, top: 0, bottom: 0 };

function readCrop(reader: BitReader): Crop {
  const left = reader.unsignedExpGolomb();
  const right = reader.unsignedExpGolomb();
  const top = reader.unsignedExpGolomb();
  const bottom = reader.unsignedExpGolomb();
  return { left, right, top, bottom };
}
