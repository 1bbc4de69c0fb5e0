/** How much one camera asks of this process: what was done for it, and what doing all that is wanted would take. Pure. */
import type { Rendition } from '@oriel/media-bus';
import { renditionId } from '@oriel/media-bus';
import { MEDIA_CLOCK_HZ } from './frame-pacer.ts';

/** What it takes: pixels, or pixels per second. */
export interface Work {
  readonly decodedPixels: number;
  readonly encodedPixels: number;
}

/** What was done in a while, and how it went. */
export interface WorkDone extends Work {
  /**
   * How long decoding and encoding took, all added up, but for the way to a thread and back: more than the processor's time where that
   * was not to be had at once.
   */
  readonly busyUs: number;
  /** Pictures that were to be shown, and those of them that were left out for want of time. */
  readonly duePictures: number;
  readonly missedPictures: number;
}

export class CameraWork {
  readonly #jpegPixels = new Map<string, number>();
  #done = nothing();
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

  decoded(width: number, height: number, decodeUs: number): void {
    this.#done.busyUs += Math.max(0, decodeUs - HAND_OVER_US);
    this.#pixelsPerPicture = width * height;
    this.#done.decodedPixels += width * height;
    this.#pictures++;
  }

  encoded(rendition: Rendition, width: number, height: number, encodeUs: number): void {
    this.#done.busyUs += Math.max(0, encodeUs - HAND_OVER_US);
    this.#jpegPixels.set(renditionId(rendition), width * height);
    this.#done.encodedPixels += width * height;
  }

  /** A picture is to be shown. */
  due(): void {
    this.#done.duePictures++;
  }

  /** One that was due was left out: a newer one came before its turn, or it got too old here. */
  missed(): void {
    this.#done.missedPictures++;
  }

  /** What was done since the last time; also learns the camera's rate from it, by the camera's own clock. */
  take(): WorkDone {
    const elapsedTicks = this.#lastTicks - (this.#firstTicks ?? this.#lastTicks);
    if (this.#accessUnits > 1 && elapsedTicks > 0) {
      this.#framerate = Math.min(MAX_FRAMERATE, ((this.#accessUnits - 1) * MEDIA_CLOCK_HZ) / elapsedTicks);
      this.#decodedShare = this.#pictures / this.#accessUnits;
    } else if (this.#accessUnits === 0) this.#framerate = 0;
    const work = this.#done;
    this.#done = nothing();
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

function nothing(): { -readonly [Key in keyof WorkDone]: WorkDone[Key] } {
  return { decodedPixels: 0, encodedPixels: 0, busyUs: 0, duePictures: 0, missedPictures: 0 };
}

/** Above it is a clock that jumped. */
const MAX_FRAMERATE = 240;
/** To a thread and back, through an event loop that has other things to do: of small pictures, most of the time. */
const HAND_OVER_US = 2_000;
