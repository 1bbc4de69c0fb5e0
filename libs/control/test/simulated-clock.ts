import type { LeaseClock, LeaseTimer } from '../src/leases/ledger/lease-clock.ts';

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that advances only in {@link run}. */
export class SimulatedClock implements LeaseClock {
  #nowMs = 0;
  #order = 0;
  /** Binary heap: earliest first, and in order of scheduling for the same time. */
  readonly #due: Due[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): LeaseTimer {
    let isCancelled = false;
    this.#push({ atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, run: () => isCancelled || run() });
    return {
      cancel: () => {
        isCancelled = true;
      },
    };
  }

  /** Advances the clock. Settles all promises of one moment before the next. */
  async run(durationMs: number): Promise<void> {
    const endMs = this.#nowMs + durationMs;
    await settled();
    while ((this.#due[0]?.atMs ?? Number.POSITIVE_INFINITY) <= endMs) {
      const { atMs, run } = this.#pop();
      this.#nowMs = atMs;
      run();
      await settled();
    }
    this.#nowMs = endMs;
  }

  #push(due: Due): void {
    let index = this.#due.push(due) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(due, this.#due[parent] as Due)) break;
      this.#due[index] = this.#due[parent] as Due;
      index = parent;
    }
    this.#due[index] = due;
  }

  #pop(): Due {
    const first = this.#due[0] as Due;
    const last = this.#due.pop() as Due;
    if (this.#due.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= this.#due.length) break;
      if (child + 1 < this.#due.length && isBefore(this.#due[child + 1] as Due, this.#due[child] as Due)) child++;
      if (!isBefore(this.#due[child] as Due, last)) break;
      this.#due[index] = this.#due[child] as Due;
      index = child;
    }
    this.#due[index] = last;
    return first;
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** Resolves after one turn of the event loop, when all pending microtasks have run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
