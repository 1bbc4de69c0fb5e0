/** Room for one picture: a newer one replaces one that could not be sent yet, and the loss is counted. */
import { isNewer, type LiveFrame, lateByMs } from './live-frame.ts';

export class NewestFrame {
  readonly #maxLateMs: number;
  #waiting: LiveFrame | undefined;
  #lastTaken: LiveFrame | undefined;
  #skipped = 0;

  /** @param maxLateMs - a frame later than this by the time it could go is dropped */
  constructor(maxLateMs: number) {
    this.#maxLateMs = maxLateMs;
  }

  get isEmpty(): boolean {
    return this.#waiting === undefined;
  }

  /** Replaces the frame that waits. Ignores one that shows no later moment, as after a change of rendition. */
  put(frame: LiveFrame): void {
    const previous = this.#waiting ?? this.#lastTaken;
    if (previous !== undefined && !isLater(frame, previous)) return;
    if (this.#waiting !== undefined) this.#skipped++;
    this.#waiting = frame;
  }

  /** The frame to send now, with how many were not sent since the one before; undefined when there is none worth sending. */
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
 * Two renditions of a camera share one order, so a change between them neither repeats a picture nor steps back. The time decides as well:
 * after epochs fell back (see `PictureFanout`), the order alone would hold this viewer's last picture for the newest forever.
 */
function isLater(frame: LiveFrame, other: LiveFrame): boolean {
  return isNewer(frame, other) || frame.showableAtMs > other.showableAtMs;
}
