/** How the lines of a picture were captured: all at once, or in two fields half a frame interval apart. */
import './node20.ts';
import type { AccessUnit } from '@oriel/media-bus';
import { AV_FRAME_FLAG_INTERLACED, AV_FRAME_FLAG_TOP_FIELD_FIRST } from 'node-av/constants';
import type { Frame } from 'node-av/lib';

/** `interlaced`: both fields in one picture. `top-field`, `bottom-field`: a single field, half as high as the frame. */
export type Scan = 'progressive' | 'interlaced' | 'top-field' | 'bottom-field';

/**
 * H.264 decodes to whole frames even if the fields came one by one. H.265 has no such coding: each field is a picture
 * of its own (ITU-T H.265 table D.2, pic_struct 1, 2, 9 to 12), which libavcodec marks with these flags.
 */
export function scanOf(frame: Frame, codec: AccessUnit['codec']): Scan {
  if (!frame.hasFlags(AV_FRAME_FLAG_INTERLACED)) return 'progressive';
  if (codec === 'h264') return 'interlaced';
  return frame.hasFlags(AV_FRAME_FLAG_TOP_FIELD_FIRST) ? 'top-field' : 'bottom-field';
}
