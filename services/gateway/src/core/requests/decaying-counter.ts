/**
 * A counter that decays exponentially: an amount added `memoryMs` ago counts 1/e of one added now. A steady rate of r per second settles at
 * r × memoryMs / 1000, so one limit bounds both a burst and a sustained rate.
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

  /** @returns the count including this amount */
  add(amount: number): number {
    this.#value = this.value + amount;
    return this.#value;
  }
}
