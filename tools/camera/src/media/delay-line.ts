import type { SeededRandom } from '@oriel/simulation';

/** Simulates a slow line: delays each picture by a random time up to a maximum, and never lets one overtake another. */
export class DelayLine {
  readonly #random: SeededRandom;
  readonly #waiting: { readonly dueMs: number; readonly action: () => void }[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  send(maxDelayMs: number, action: () => void): void {
    if (maxDelayMs === 0 && this.#waiting.length === 0) {
      action();
      return;
    }
    const dueMs = performance.now() + maxDelayMs * this.#random.next();
    this.#waiting.push({ dueMs: Math.max(dueMs, this.#waiting.at(-1)?.dueMs ?? 0), action });
    this.#timer ??= this.#schedule();
  }

  /** Discards whatever still waits. */
  close(): void {
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
  }

  #schedule(): NodeJS.Timeout | undefined {
    const [first] = this.#waiting;
    return first && setTimeout(() => this.#release(), Math.max(0, first.dueMs - performance.now()));
  }

  #release(): void {
    while (this.#waiting[0] !== undefined && this.#waiting[0].dueMs <= performance.now())
      this.#waiting.shift()?.action();
    this.#timer = this.#schedule();
  }
}
