/** Turns a burst of equal events into one log line per second that carries their count. */

export interface BurstReporterOptions {
  /** Called with the count since the last call, at most once per interval. */
  readonly report: (count: number) => void;
  /** @defaultValue 1000 */
  readonly intervalMs?: number;
}

export class BurstReporter {
  #count = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #report: (count: number) => void;
  readonly #intervalMs: number;

  constructor({ report, intervalMs = 1000 }: BurstReporterOptions) {
    this.#report = report;
    this.#intervalMs = intervalMs;
  }

  /** Reports the first event of a burst at once, the rest together at the end of the interval. */
  add(count = 1): void {
    if (count <= 0) return;
    this.#count += count;
    if (this.#timer !== undefined) return;
    this.#flush();
    this.#arm();
  }

  /** Reports what is still pending and stops the timer. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flush();
  }

  #arm(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#count === 0) return;
      this.#flush();
      this.#arm();
    }, this.#intervalMs).unref();
  }

  #flush(): void {
    const count = this.#count;
    this.#count = 0;
    if (count > 0) this.#report(count);
  }
}
