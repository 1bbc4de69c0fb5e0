/** A token bucket: allows a burst, then a steady rate. */
export class TokenBucket {
  readonly #burst: number;
  readonly #perSecond: number;
  readonly #nowMs: () => number;
  #tokens: number;
  #updatedAtMs: number;

  /** @param options.nowMs monotonic */
  constructor(options: { readonly burst: number; readonly perSecond: number; readonly nowMs: () => number }) {
    this.#burst = options.burst;
    this.#perSecond = options.perSecond;
    this.#nowMs = options.nowMs;
    this.#tokens = options.burst;
    this.#updatedAtMs = options.nowMs();
  }

  /** Whether another request is within the rate. Counts it if so. */
  take(): boolean {
    const nowMs = this.#nowMs();
    const elapsedMs = nowMs - this.#updatedAtMs;
    this.#updatedAtMs = nowMs;
    this.#tokens = Math.min(this.#burst, this.#tokens + (elapsedMs * this.#perSecond) / 1000);
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
