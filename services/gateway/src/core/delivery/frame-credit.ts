/**
 * How many frames of a camera may be under way to one viewer: two, and more only where distance, not slowness, is what keeps
 * the acknowledgements away. At 30 frames/s a viewer 150 ms away would otherwise get 13 of them on a line that carries all.
 *
 * The shortest delay seen is the distance. While frames have to wait and delays stay near that, one more may go; when delays
 * grow beyond it, frames queue somewhere on the way, and one fewer may.
 */
export const LEAST_FRAMES_IN_FLIGHT = 2;
export const MOST_FRAMES_IN_FLIGHT = 8;

/** Nearer than this, two are enough for 50 frames/s. */
const DISTANT_MS = 40;

export class FrameCredit {
  #inFlight = 0;
  #limit = LEAST_FRAMES_IN_FLIGHT;
  #shortestDelayMs = Number.POSITIVE_INFINITY;
  #hasHeldBack = false;
  /** Acknowledgements until one more may be tried: the effect of a change shows only after a round. */
  #untilMore = 0;

  get limit(): number {
    return this.#limit;
  }

  /** @returns whether a frame may go now; if so, it counts as under way */
  spend(): boolean {
    if (this.#inFlight >= this.#limit) {
      this.#hasHeldBack = true;
      return false;
    }
    this.#inFlight++;
    return true;
  }

  /** A frame did not go after all. */
  refund(): void {
    this.#inFlight--;
  }

  /** @param delayMs - from handing the frame over to its acknowledgement */
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

  /** Frames of another size take another time. */
  forgetDelays(): void {
    this.#shortestDelayMs = Number.POSITIVE_INFINITY;
  }
}
