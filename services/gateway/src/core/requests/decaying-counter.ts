/**
 * A counter that decays exponentially: what was added `memoryMs` ago counts 1/e of what is added now. A steady rate of r a second settles
 * at r × memoryMs / 1000, so one limit bounds both a burst and a lasting rate.
 */
export class DecayingCounter {
  readonly #memoryMs: number;
  readonly #nowMs: () => number;
  #value = 0;
  #updatedAtMs: number;

  /** @param options.nowMs monotonic */
  constructor(options: { readonly memoryMs: number; readonly nowMs: () => number }) {
    this.#memoryMs = options.memoryMs;
    this.#nowMs = options.nowMs;
    this.#updatedAtMs = options.nowMs();
  }

  get value(): number {
    const nowMs = this.#nowMs();
    this.#value *= Math.exp((this.#updatedAtMs - nowMs) / this.#memoryMs);
    this.#updatedAtMs = nowMs;
    return this.#value;
  }

  /** Returns the count with this in it. */
  add(amount: number): number {
    this.#value = this.value + amount;
    return this.#value;
  }
}
