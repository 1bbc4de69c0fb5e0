import type { VideoCodec } from '@oriel/model';
import { isParameterSet } from './is-parameter-set.ts';
import { TestPicture } from './test-picture.ts';
import { VideoEncoder, type VideoEncoderOptions } from './video-encoder.ts';
import type { CodedPicture, PictureListener, VideoSource } from './video-source.ts';
import { nowUs } from './wall-clock.ts';

export interface LiveSourceOptions extends VideoEncoderOptions {
  readonly name: string;
  readonly noise: boolean;
}

/** A picture later than this resets the picture clock instead of catching up. */
const MAX_LATE_INTERVALS = 3;

/** Encodes the generated picture live. Each barcode is the time at which its picture was drawn. */
export class LiveSource implements VideoSource {
  readonly codec: VideoCodec;
  readonly width: number;
  readonly height: number;
  readonly framerate: number;
  readonly #options: LiveSourceOptions;
  #parameterSets: readonly Uint8Array[] = [];
  #run: Run | undefined;

  constructor(options: LiveSourceOptions) {
    this.#options = options;
    this.codec = options.codec;
    this.width = options.width;
    this.height = options.height;
    this.framerate = options.framerate;
  }

  get parameterSets(): readonly Uint8Array[] {
    return this.#parameterSets;
  }

  /** Resolves after the first picture, when the parameter sets are known. */
  async start(listener: PictureListener, onFailure: (error: unknown) => void): Promise<void> {
    if (this.#run !== undefined) throw new Error('the source already runs');
    const encoder = await VideoEncoder.open(this.#options);
    const run: Run = { ended: false, wake: () => undefined, done: Promise.resolve() };
    this.#run = run;
    let started = false;
    await new Promise<void>((resolve, reject) => {
      run.done = this.#loop(run, encoder, (timed) => {
        if (!started) this.#parameterSets = parameterSetsOf(this.codec, timed.picture);
        started = true;
        listener(timed);
        resolve();
      }).catch((error: unknown) => {
        this.#run = undefined;
        if (started) onFailure(error);
        else reject(error);
      });
    });
  }

  async stop(): Promise<void> {
    const run = this.#run;
    if (run === undefined) return;
    this.#run = undefined;
    run.ended = true;
    run.wake();
    await run.done;
  }

  async #loop(run: Run, encoder: VideoEncoder, listener: PictureListener): Promise<void> {
    const picture = new TestPicture(this.#options);
    const intervalMs = 1000 / this.framerate;
    const startUs = nowUs();
    let dueMs = performance.now();
    try {
      picture.drawBackground(encoder.planes());
      for (let frameNumber = 0; !run.ended; frameNumber++) {
        const captureTimeUs = nowUs();
        picture.drawFrame(encoder.planes(), frameNumber, captureTimeUs);
        const coded = await encoder.encode(Math.round((captureTimeUs - startUs) * 0.09));
        if (run.ended) break;
        listener({ picture: coded, captureTimeUs });
        dueMs += intervalMs;
        const waitMs = dueMs - performance.now();
        if (waitMs < -MAX_LATE_INTERVALS * intervalMs) dueMs = performance.now();
        await pause(run, Math.max(0, waitMs));
      }
    } finally {
      encoder.close();
    }
  }
}

interface Run {
  ended: boolean;
  wake: () => void;
  done: Promise<void>;
}

function pause(run: Run, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    run.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

/** The parameter sets that a keyframe carries. */
export function parameterSetsOf(codec: VideoCodec, picture: CodedPicture): Uint8Array[] {
  return picture.nalUnits.filter((nalUnit) => isParameterSet(codec, nalUnit));
}
