/**
 * How much there was lately: what was counted a moment ago counts whole, what lies `memoryMs` back a third (1/e). A steady rate of
 * r a second comes to r × memoryMs / 1000, so one limit on it bounds a burst and a lasting rate alike.
 */
export class RecentCount {
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
