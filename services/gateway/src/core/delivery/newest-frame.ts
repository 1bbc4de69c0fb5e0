/** Holds one picture. A newer one replaces a picture that could not be sent yet, which counts as skipped. */
import { isLater } from '@oriel/model';
import { type LiveFrame, lateByMs } from './live-frame.ts';

export class NewestFrame {
  readonly #maxLateMs: number;
  #waiting: LiveFrame | undefined;
  #lastTaken: LiveFrame | undefined;
  #skipped = 0;

  /** @param maxLateMs frames later than this when the line is free are dropped */
  constructor(maxLateMs: number) {
    this.#maxLateMs = maxLateMs;
  }

  get isEmpty(): boolean {
    return this.#waiting === undefined;
  }

  /** Replaces the waiting frame. Ignores one that shows no later moment, as happens after a change of rendition. */
  put(frame: LiveFrame): void {
    const previous = this.#waiting ?? this.#lastTaken;
    if (previous !== undefined && !mayFollow(frame, previous)) return;
    if (this.#waiting !== undefined) this.#skipped++;
    this.#waiting = frame;
  }

  /** The frame to send now and how many were skipped since the previous one; undefined when there is none worth sending. */
  take(nowMs: number): { readonly frame: LiveFrame; readonly skipped: number } | undefined {
    const frame = this.#waiting;
    if (frame === undefined) return undefined;
    this.#waiting = undefined;
    if (lateByMs(frame, nowMs) > this.#maxLateMs) {
      this.#skipped++;
      return undefined;
    }
    const skipped = this.#skipped;
    this.#skipped = 0;
    this.#lastTaken = frame;
    return { frame, skipped };
  }
}

/**
 * All renditions of a camera share one order, so switching between them neither repeats a picture nor steps back. Time counts as well:
 * once epochs have fallen back (see `PictureFanout`), order alone would reject every later picture.
 */
function mayFollow(frame: LiveFrame, other: LiveFrame): boolean {
  return isLater(frame, other) || frame.showableAtMs > other.showableAtMs;
}
