/** How regularly the packets of a stream come, from their arrival times alone. */
export class PacketRhythm {
  #firstMs: number | undefined;
  #lastMs = 0;
  #windowStartMs = 0;
  #longestMs = 0;
  #longestBeforeMs = 0;

  /** Packets of one read have one time. */
  onPacket(arrivalMs: number): void {
    if (this.#firstMs === undefined) {
      this.#firstMs = arrivalMs;
      this.#windowStartMs = arrivalMs;
    } else {
      this.#longestMs = Math.max(this.#longestMs, arrivalMs - this.#lastMs);
    }
    this.#lastMs = arrivalMs;
    if (arrivalMs - this.#windowStartMs < WINDOW_MS) return;
    this.#longestBeforeMs = this.#longestMs;
    this.#longestMs = 0;
    this.#windowStartMs = arrivalMs;
  }

  /** Whether a stream that has been silent for so long is silent for clearly longer than it ever was lately, and than `leastMs`. */
  isBroken(silentMs: number, leastMs: number): boolean {
    const { longestIntervalMs } = this;
    return longestIntervalMs !== undefined && silentMs > Math.max(leastMs, CLEARLY_LONGER * longestIntervalMs);
  }

  /** Longest time between two packets within the last half to whole minute; undefined while too little was seen. */
  get longestIntervalMs(): number | undefined {
    if (this.#firstMs === undefined || this.#lastMs - this.#firstMs < MIN_OBSERVATION_MS) return undefined;
    return Math.max(this.#longestMs, this.#longestBeforeMs);
  }
}

const CLEARLY_LONGER = 2;
const WINDOW_MS = 30_000;
const MIN_OBSERVATION_MS = 3_000;
