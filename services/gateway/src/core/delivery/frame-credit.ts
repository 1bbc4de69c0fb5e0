/**
 * Limits how many frames of a camera may be in flight to one viewer. The congestion window starts at two and grows only when distance, not a
 * slow line, delays acknowledgements. A fixed two would give a viewer 150 ms away 13 of 30 frames/s on a line that carries them all.
 *
 * The shortest delay seen measures the distance. The limit grows by one while frames wait and delays stay near the shortest. It shrinks by one
 * when delays exceed that, because frames are then queueing somewhere on the way.
 */
export const LEAST_FRAMES_IN_FLIGHT = 2;
export const MOST_FRAMES_IN_FLIGHT = 8;

/** Below this delay, two frames in flight are enough for 50 frames/s. */
const DISTANT_MS = 40;

export class FrameCredit {
  #inFlight = 0;
  #limit = LEAST_FRAMES_IN_FLIGHT;
  #shortestDelayMs = Number.POSITIVE_INFINITY;
  #hasHeldBack = false;
  /** Acknowledgements to wait for before growing again: a change shows only after a round trip. */
  #untilMore = 0;

  get limit(): number {
    return this.#limit;
  }

  /** @returns whether a frame may go now; if so, counts it as in flight */
  spend(): boolean {
    if (this.#inFlight >= this.#limit) {
      this.#hasHeldBack = true;
      return false;
    }
    this.#inFlight++;
    return true;
  }

  /** Takes back {@link spend} for a frame that was not sent. */
  refund(): void {
    this.#inFlight--;
  }

  /** @param delayMs from handing the frame over to its acknowledgement */
  giveBack(delayMs: number): void {
    this.#inFlight--;
    this.#untilMore--;
    this.#shortestDelayMs = Math.min(this.#shortestDelayMs, delayMs);
    const shortestMs = this.#shortestDelayMs;
    if (delayMs > shortestMs * 1.3 + 30) {
      this.#limit = Math.max(LEAST_FRAMES_IN_FLIGHT, this.#limit - 1);
      this.#untilMore = this.#limit;
    } else if (
      this.#untilMore <= 0 &&
      this.#hasHeldBack &&
      shortestMs >= DISTANT_MS &&
      delayMs <= shortestMs * 1.1 + 10
    ) {
      this.#limit = Math.min(MOST_FRAMES_IN_FLIGHT, this.#limit + 1);
      this.#untilMore = this.#limit;
    }
    this.#hasHeldBack = false;
  }

  /** Call when frames change size: their delays no longer compare. */
  forgetDelays(): void {
    this.#shortestDelayMs = Number.POSITIVE_INFINITY;
  }
}
