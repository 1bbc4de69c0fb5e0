/** Between which limits the difference of two clocks lies, as round trips have shown it. Pure. */

/** One question to the server whose clock is followed. Local times by one clock that never steps, all in milliseconds. */
export interface ClockExchange {
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
  /** What the server's clock showed when it answered, since the Unix epoch. */
  readonly serverTimeMs: number;
}

/**
 * The server read its clock after the question was sent and before the answer was received, so each exchange is a lower and
 * an upper limit, however slow it was and whichever way was the slower one. The tightest of each are kept.
 */
export class ClockBounds {
  readonly #roundingMs: number;
  #low = Number.NEGATIVE_INFINITY;
  #high = Number.POSITIVE_INFINITY;
  #atMs = 0;

  /** @param roundingMs by how much the server may have rounded the time it told */
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

  /** Forgets what came before when it contradicts: a clock was set, or another server answers. */
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

/** By which two clocks drift apart: NTP slews each by up to 500 ppm, a quartz alone is better. */
const MAX_DRIFT = 0.001;
