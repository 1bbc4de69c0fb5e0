/** Bounds the difference of two clocks by round trips. No I/O. */

/**
 * One request to the server whose clock is followed. Local times are by one clock that never steps; all in
 * milliseconds.
 */
export interface ClockExchange {
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
  /** The server's clock when it answered, since the Unix epoch. */
  readonly serverTimeMs: number;
}

/**
 * The server read its clock after the request was sent and before the answer was received. So each exchange gives a
 * lower and an upper bound, however slow it was and whichever direction was the slower. The tightest of each are kept.
 */
export class ClockBounds {
  readonly #roundingMs: number;
  #low = Number.NEGATIVE_INFINITY;
  #high = Number.POSITIVE_INFINITY;
  #atMs = 0;

  /** @param roundingMs how much the server may have rounded its time */
  constructor(roundingMs = 0) {
    this.#roundingMs = roundingMs;
  }

  /** Server's clock minus local clock; undefined before the first exchange. */
  get offsetMs(): number | undefined {
    return this.#low === Number.NEGATIVE_INFINITY ? undefined : (this.#low + this.#high) / 2;
  }

  /** {@link offsetMs} is wrong by at most this much. */
  get uncertaintyMs(): number {
    return (this.#high - this.#low) / 2;
  }

  /** An exchange that contradicts the earlier ones replaces them: a clock was set, or another server answered. */
  add({ sentAtMs, receivedAtMs, serverTimeMs }: ClockExchange): void {
    const low = serverTimeMs - receivedAtMs - this.#roundingMs;
    const high = serverTimeMs - sentAtMs + this.#roundingMs;
    const driftMs = Math.max(0, receivedAtMs - this.#atMs) * MAX_DRIFT;
    const [tightestLow, tightestHigh] = [Math.max(low, this.#low - driftMs), Math.min(high, this.#high + driftMs)];
    const agrees = tightestLow <= tightestHigh;
    this.#low = agrees ? tightestLow : low;
    this.#high = agrees ? tightestHigh : high;
    this.#atMs = receivedAtMs;
  }
}

/** Maximum drift between two clocks: NTP slews each by up to 500 ppm; an undisciplined quartz drifts less. */
const MAX_DRIFT = 0.001;
