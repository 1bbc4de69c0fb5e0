/** How much one camera asks of this process: what was done for it, and what doing all that is wanted would take. Pure. */
import { type Rendition, renditionId } from '@oriel/model';
import { MEDIA_CLOCK_HZ } from '../pictures/frame-pacer.ts';

/** What it takes: pixels, or pixels per second. */
export interface Work {
  readonly decodedPixels: number;
  /** Of the decoded pictures, once for each JPEG that is made of them. */
  readonly scaledPixels: number;
  /** Of the JPEGs. */
  readonly encodedPixels: number;
}

/** Per second. */
export interface WorkDemand {
  /** To show all that is wanted. */
  readonly full: Work;
  /** To show keyframes only, and how many there are; undefined while nobody knows how far apart they are. */
  readonly keyframes: (Work & { readonly perSecond: number }) | undefined;
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
  #pixelsPerPicture = 0;
  #firstTicks: number | undefined;
  #lastTicks = 0;
  #accessUnits = 0;
  #framerate = 0;

  /** Access units a second, by the camera's own clock; 0 while unknown. */
  get framerate(): number {
    return this.#framerate;
  }

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
  }

  encoded(rendition: Rendition, width: number, height: number, encodeUs: number): void {
    this.#done.busyUs += Math.max(0, encodeUs - HAND_OVER_US);
    this.#jpegPixels.set(renditionId(rendition), width * height);
    this.#done.scaledPixels += this.#pixelsPerPicture;
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
    } else if (this.#accessUnits === 0) this.#framerate = 0;
    const work = this.#done;
    this.#done = nothing();
    this.#accessUnits = 0;
    this.#firstTicks = undefined;
    return work;
  }

  /**
   * To show these renditions at the rates that are wanted.
   * @param keyframesPerSecond undefined while unknown
   * @param areKeyframesEnough whether the wanted rates can be had from keyframes alone
   */
  demand(
    renditions: readonly Rendition[],
    keyframesPerSecond: number | undefined,
    areKeyframesEnough: boolean,
  ): WorkDemand {
    if (keyframesPerSecond === undefined || this.#framerate === 0) {
      return { full: this.#workAt(this.#framerate, renditions), keyframes: undefined };
    }
    const perSecond = Math.min(keyframesPerSecond, this.#framerate);
    const keyframes = { ...this.#workAt(perSecond, renditions), perSecond };
    return { full: areKeyframesEnough ? keyframes : this.#workAt(this.#framerate, renditions), keyframes };
  }

  /** @param framerate of what is decoded */
  #workAt(framerate: number, renditions: readonly Rendition[]): Work {
    let scaledPixels = 0;
    let encodedPixels = 0;
    for (const rendition of renditions) {
      const shown = Math.min(rendition.framerate, framerate);
      scaledPixels += shown * this.#pixelsPerPicture;
      encodedPixels += shown * (this.#jpegPixels.get(renditionId(rendition)) ?? this.#pixelsPerPicture);
    }
    return { decodedPixels: framerate * this.#pixelsPerPicture, scaledPixels, encodedPixels };
  }
}

function nothing(): { -readonly [Key in keyof WorkDone]: WorkDone[Key] } {
  return { decodedPixels: 0, scaledPixels: 0, encodedPixels: 0, busyUs: 0, duePictures: 0, missedPictures: 0 };
}

/** Above it is a clock that jumped. */
const MAX_FRAMERATE = 240;
/** To a thread and back, through an event loop that has other things to do: of small pictures, most of the time. */
const HAND_OVER_US = 2_000;
