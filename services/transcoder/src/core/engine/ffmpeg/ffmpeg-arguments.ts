/** The command line of the child process that decodes one camera. No I/O. */
import type { AccessUnit } from '@oriel/media-bus';
import { MAX_PICTURE_PIXELS } from '../engine.ts';

/** Reads Annex B on stdin and writes PPM pictures on stdout: RGB, each with its size in front. */
export function decoderInputOptions({ codec, width, height }: DecoderInput, more: readonly string[]): string[] {
  return [
    '-loglevel error',
    '-nostats',
    // Neither wait for more pictures to probe the stream, nor hold any back for reordering or threads. Without
    // `nobuffer`: it discards the pictures used for probing, the keyframe among them.
    '-flags low_delay',
    '-probesize 32',
    '-analyzeduration 0',
    '-fpsprobesize 0',
    '-threads 1',
    `-max_pixels ${MAX_PICTURE_PIXELS}`,
    // For a stream that does not signal its matrix; the decoder overrides it otherwise.
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
  /** Frames may consist of two fields. */
  readonly isInterlaced: boolean;
}

/**
 * bwdif outputs a frame only when the next one arrives. So each frame is fed twice (a telecine that repeats all four
 * fields), and every other output is kept: the one that came out when its own frame arrived a second time, without
 * waiting for the next frame.
 */
const DEINTERLACE = "telecine=pattern=4,bwdif=mode=send_frame:deint=interlaced,select='not(mod(n,2))'";

/**
 * Access unit delimiters (ITU-T H.264 §7.3.2.4, H.265 §7.3.2.5) that allow any slice type. Written after each access
 * unit, because FFmpeg's parsers consider an access unit complete only when the next one begins.
 */
export const ACCESS_UNIT_DELIMITERS: Readonly<Record<AccessUnit['codec'], Buffer>> = {
  h264: Buffer.from('0000000109f0', 'hex'),
  h265: Buffer.from('00000001460150', 'hex'),
};
