/**
 * Decodes with an `ffmpeg` program as a child process, for hosts with a special build of it. FFMPEG_PATH names the
 * program; otherwise it is searched in PATH.
 */
import Ffmpeg from 'fluent-ffmpeg';
import { type CameraDecoder, type Engine, EngineError } from '../engine.ts';
import { FfmpegDecoder, type FfmpegDecoderOptions } from './ffmpeg-decoder.ts';

export class FfmpegEngine implements Engine {
  readonly name = 'ffmpeg';
  readonly #options: FfmpegDecoderOptions;

  constructor(options: Partial<FfmpegDecoderOptions> = {}) {
    this.#options = { inputOptions: [], ...options };
  }

  async check(): Promise<void> {
    const codecs = await new Promise<Ffmpeg.Codecs>((resolve, reject) => {
      Ffmpeg.getAvailableCodecs((cause, found) => {
        if (cause) reject(new EngineError('unavailable', 'there is no ffmpeg program that can be run', { cause }));
        else resolve(found);
      });
    });
    const missing = ['h264', 'hevc'].filter((codec) => !codecs[codec]?.canDecode);
    if (missing.length > 0) throw new EngineError('unavailable', `this ffmpeg cannot decode ${missing.join(' and ')}`);
  }

  openCamera(): CameraDecoder {
    return new FfmpegDecoder(this.#options);
  }
}
