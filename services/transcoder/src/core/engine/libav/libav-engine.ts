/** Decodes with FFmpeg's libraries in this process, through node-av. */
import './node20.ts';
import { AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import type { CameraDecoder, Engine } from '../engine.ts';
import { LibavDecoder, openDecoder } from './libav-decoder.ts';

export class LibavEngine implements Engine {
  readonly name = 'libav';

  constructor() {
    // Otherwise FFmpeg writes a line to stderr for every damaged macroblock. The caller counts and reports faults.
    Log.setLevel(AV_LOG_QUIET);
  }

  async check(): Promise<void> {
    for (const codecId of [AV_CODEC_ID_H264, AV_CODEC_ID_HEVC]) (await openDecoder(codecId)).freeContext();
  }

  openCamera(): CameraDecoder {
    return new LibavDecoder();
  }
}
