/** The command line of the child that decodes one camera. Pure. */
import type { AccessUnit } from '@oriel/media-bus';
import { MAX_PICTURE_PIXELS } from '../engine.ts';

/** Annex B comes in on stdin, one PPM picture after the other goes out on stdout: RGB, with its size in front. */
export function decoderInputOptions({ codec, width, height }: DecoderInput, more: readonly string[]): string[] {
  return [
    '-loglevel error',
    '-nostats',
    // Neither waits for more pictures to learn about the stream, nor holds back any for reordering or threads. Without `nobuffer`,
    // which throws away the pictures that were looked at to learn about the stream, the keyframe among them.
    '-flags low_delay',
    '-probesize 32',
    '-analyzeduration 0',
    '-fpsprobesize 0',
    '-threads 1',
    `-max_pixels ${MAX_PICTURE_PIXELS}`,
    // Taken for a stream that does not say its matrix; the decoder replaces it where the stream does.
    `-colorspace ${width >= 1280 || height > 576 ? 'bt709' : 'smpte170m'}`,
    ...more,
    `-f ${codec === 'h264' ? 'h264' : 'hevc'}`,
  ];
}

export function decoderOutputOptions({ isInterlaced }: DecoderInput): string[] {
  return [
    '-map 0:v:0',
    '-fps_mode passthrough',
    ...(isInterlaced ? ['-vf', DEINTERLACE] : []),
    '-c:v ppm',
    '-pix_fmt rgb24',
    '-flush_packets 1',
  ];
}

export interface DecoderInput extends Pick<AccessUnit, 'codec' | 'width' | 'height'> {
  /** Frames may be of two fields. */
  readonly isInterlaced: boolean;
}

/**
 * bwdif gives a frame out when the next one comes. So each frame comes twice (a telecine that repeats all four fields), and every other
 * picture goes on: the one that came out as its frame came for the second time, without a wait for the frame after it.
 */
const DEINTERLACE = "telecine=pattern=4,bwdif=mode=send_frame:deint=interlaced,select='not(mod(n,2))'";

/**
 * Access unit delimiters (ITU-T H.264 §7.3.2.4, H.265 §7.3.2.5) that allow any slice type. Written behind each access unit: FFmpeg's
 * parsers take an access unit for complete when the next one begins.
 */
export const ACCESS_UNIT_DELIMITERS: Readonly<Record<AccessUnit['codec'], Buffer>> = {
  h264: Buffer.from('0000000109f0', 'hex'),
  h265: Buffer.from('00000001460150', 'hex'),
};
