/** How much one camera asks of this process: what was done for it, and what doing all that is wanted would take. Pure. */
import type { Rendition } from '@oriel/media-bus';
import { renditionId } from '@oriel/media-bus';
import { MEDIA_CLOCK_HZ } from './frame-pacer.ts';

/** Pixels, or pixels per second. */
export interface Work {
  readonly decodedPixels: number;
  readonly encodedPixels: number;
}

export class CameraWork {
  readonly #jpegPixels = new Map<string, number>();
  #decodedPixels = 0;
  #encodedPixels = 0;
  #pictures = 0;
  #pixelsPerPicture = 0;
  #firstTicks: number | undefined;
  #lastTicks = 0;
  #accessUnits = 0;
  #framerate = 0;
  #decodedShare = 1;

  /** @param rtpTimeTicks of an access unit that is read, decoded or not */
  read(rtpTimeTicks: number): void {
    this.#firstTicks ??= rtpTimeTicks;
    this.#lastTicks = rtpTimeTicks;
    this.#accessUnits++;
  }

  decoded(width: number, height: number): void {
    this.#pixelsPerPicture = width * height;
    this.#decodedPixels += width * height;
    this.#pictures++;
  }

  encoded(rendition: Rendition, width: number, height: number): void {
    this.#jpegPixels.set(renditionId(rendition), width * height);
    this.#encodedPixels += width * height;
  }

  /** What was done since the last time; also learns the camera's rate from it, by the camera's own clock. */
  take(): Work {
    const elapsedTicks = this.#lastTicks - (this.#firstTicks ?? this.#lastTicks);
    if (this.#accessUnits > 1 && elapsedTicks > 0) {
      this.#framerate = Math.min(MAX_FRAMERATE, ((this.#accessUnits - 1) * MEDIA_CLOCK_HZ) / elapsedTicks);
      this.#decodedShare = this.#pictures / this.#accessUnits;
    } else if (this.#accessUnits === 0) this.#framerate = 0;
    const work = { decodedPixels: this.#decodedPixels, encodedPixels: this.#encodedPixels };
    this.#decodedPixels = 0;
    this.#encodedPixels = 0;
    this.#pictures = 0;
    this.#accessUnits = 0;
    this.#firstTicks = undefined;
    return work;
  }

  /** Per second, to show these renditions at the rates that are wanted. */
  demand(renditions: readonly Rendition[]): Work {
    const encodedPixels = renditions.reduce((sum, rendition) => {
      const framerate = Math.min(rendition.framerate, this.#framerate);
      return sum + framerate * (this.#jpegPixels.get(renditionId(rendition)) ?? this.#pixelsPerPicture);
    }, 0);
    // A camera of which only keyframes are wanted costs that much less to decode.
    return { decodedPixels: this.#framerate * this.#decodedShare * this.#pixelsPerPicture, encodedPixels };
  }
}

/** Above it is a clock that jumped. */
const MAX_FRAMERATE = 240;
