/** A token bucket: a burst at once, then a steady rate. */
export class RequestRate {
  readonly #burst: number;
  readonly #perSecond: number;
  readonly #clock: { now(): number };
  #tokens: number;
  #updatedAtMs: number;

  constructor(options: { readonly burst: number; readonly perSecond: number; readonly clock: { now(): number } }) {
    this.#burst = options.burst;
    this.#perSecond = options.perSecond;
    this.#clock = options.clock;
    this.#tokens = options.burst;
    this.#updatedAtMs = options.clock.now();
  }

  /** Whether one more request is within the rate; counts it if so. */
  take(): boolean {
    const nowMs = this.#clock.now();
    const elapsedMs = Math.max(0, nowMs - this.#updatedAtMs);
    this.#updatedAtMs = nowMs;
    this.#tokens = Math.min(this.#burst, this.#tokens + (elapsedMs * this.#perSecond) / 1000);
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
