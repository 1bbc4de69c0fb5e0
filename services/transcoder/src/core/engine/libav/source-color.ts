/**
 * Fallbacks for streams that do not signal their colour (ITU-T H.264 Annex E.2.1: video_full_range_flag,
 * matrix_coefficients).
 */
import {
  AVCOL_RANGE_MPEG,
  AVCOL_RANGE_UNSPECIFIED,
  AVCOL_SPC_BT709,
  AVCOL_SPC_RESERVED,
  AVCOL_SPC_SMPTE170M,
  AVCOL_SPC_UNSPECIFIED,
  type AVColorRange,
  type AVColorSpace,
} from 'node-av/constants';
import type { PictureSize } from '../rendition-size.ts';

/** Absent means limited range: video_full_range_flag is inferred to be 0. */
export function sourceRange(signalled: AVColorRange): AVColorRange {
  return signalled === AVCOL_RANGE_UNSPECIFIED ? AVCOL_RANGE_MPEG : signalled;
}

/** Absent means BT.709 for pictures larger than standard definition, else BT.601, as in browsers and players. */
export function sourceMatrix(signalled: AVColorSpace, { width, height }: PictureSize): AVColorSpace {
  if (signalled !== AVCOL_SPC_UNSPECIFIED && signalled !== AVCOL_SPC_RESERVED) return signalled;
  return width >= 1280 || height > 576 ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
}
