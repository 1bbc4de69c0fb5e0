/** The load of one camera: the work done for it, and the work that everything wanted of it would take. No I/O. */
import type { AccessUnit } from '@oriel/media-bus';
import { type Rendition, renditionId } from '@oriel/model';
import { MEDIA_CLOCK_HZ } from '../pictures/frame-pacer.ts';

/** In pixels, or in pixels per second. */
export interface Work {
  readonly decodedPixels: number;
  /** Pixels of the decoded picture, counted once per JPEG made of it. */
  readonly scaledPixels: number;
  /** Pixels of the JPEGs. */
  readonly encodedPixels: number;
}

/** Work per second. */
export interface WorkDemand {
  /** Work to show everything that is wanted. */
  readonly full: Work;
  /** Work to show keyframes only, and their rate; undefined while the keyframe interval is unknown. */
  readonly keyframes: (Work & { readonly perSecond: number }) | undefined;
}

/** Work done in a period, and how well it kept up. */
export interface WorkDone extends Work {
  /**
   * Elapsed time of all decoding and encoding, summed, without the way to a thread and back. Above the CPU time where
   * the CPU was not available at once.
   */
  readonly busyUs: number;
  /** Pictures that were due, and how many of them were dropped for lack of time. */
  readonly duePictures: number;
  readonly missedPictures: number;
}

type ReadAccessUnit = Pick<AccessUnit, 'epoch' | 'sequence' | 'rtpTimeTicks'>;

export class CameraWork {
  readonly #jpegPixels = new Map<string, number>();
  #done = nothing();
  #pixelsPerPicture = 0;
  #first: ReadAccessUnit | undefined;
  #last: ReadAccessUnit | undefined;
  #framerate = 0;

  /** Access units a second, by the camera's own clock; 0 while unknown. */
  get framerate(): number {
    return this.#framerate;
  }

  /** Counts an access unit, whether or not it is decoded, and by its number those that were dropped unread before it. */
  read({ epoch, sequence, rtpTimeTicks }: ReadAccessUnit): void {
    this.#last = { epoch, sequence, rtpTimeTicks };
    if (this.#first?.epoch !== epoch) this.#first = this.#last;
  }

  decoded(width: number, height: number, decodeUs: number): void {
    this.#done.busyUs += Math.max(0, decodeUs - THREAD_ROUND_TRIP_US);
    this.#pixelsPerPicture = width * height;
    this.#done.decodedPixels += width * height;
  }

  encoded(rendition: Rendition, width: number, height: number, encodeUs: number): void {
    this.#done.busyUs += Math.max(0, encodeUs - THREAD_ROUND_TRIP_US);
    this.#jpegPixels.set(renditionId(rendition), width * height);
    this.#done.scaledPixels += this.#pixelsPerPicture;
    this.#done.encodedPixels += width * height;
  }

  /** Counts a picture that is due. */
  due(): void {
    this.#done.duePictures++;
  }

  /** Counts a due picture that was dropped: a newer one overtook it, or it got too old here. */
  missed(): void {
    this.#done.missedPictures++;
  }

  /** Returns the work done since the last call. Also learns the camera's frame rate, by the camera's own clock. */
  take(): WorkDone {
    const [first, last] = [this.#first, this.#last];
    if (first === undefined || last === undefined) this.#framerate = 0;
    else if (last.rtpTimeTicks > first.rtpTimeTicks) {
      const perTick = (last.sequence - first.sequence) / (last.rtpTimeTicks - first.rtpTimeTicks);
      this.#framerate = Math.min(MAX_FRAMERATE, perTick * MEDIA_CLOCK_HZ);
    }
    const work = this.#done;
    this.#done = nothing();
    [this.#first, this.#last] = [undefined, undefined];
    return work;
  }

  /**
   * The work per second that these renditions take at the rates wanted.
   * @param keyframesPerSecond undefined while unknown
   * @param areKeyframesEnough whether keyframes alone supply the wanted rates
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

  /** @param framerate of the decoded pictures */
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

/** A higher rate means that the camera's clock jumped. */
const MAX_FRAMERATE = 240;
/**
 * Time to a pool thread and back through a busy event loop. For small pictures it is most of the elapsed time, yet no
 * work.
 */
const THREAD_ROUND_TRIP_US = 2_000;
