/** Turns a storm of equal events into one log line a second that carries their number. */

export interface BurstReporterOptions {
  /** Called with what was counted since the last call; at most once per interval. */
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

  /** The first of a storm is told at once, the rest together when the interval is over. */
  add(count = 1): void {
    if (count <= 0) return;
    this.#count += count;
    if (this.#timer !== undefined) return;
    this.#flush();
    this.#arm();
  }

  /** Tells what is still untold and stops the timer. */
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
