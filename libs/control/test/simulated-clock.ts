import type { LeaseClock, LeaseTimer } from '../src/leases/ledger/lease-clock.ts';

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Time that passes only when it is told to. */
export class SimulatedClock implements LeaseClock {
  #nowMs = 0;
  #order = 0;
  /** A heap: the earliest first, of the same moment in the order in which they were asked for. */
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

  /** What follows from each moment by promises happens before the next moment. */
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

/** All promises that wait for nothing else have been followed: the event loop goes round once. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
