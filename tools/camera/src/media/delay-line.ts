import type { SeededRandom } from '@oriel/simulation';

/** Pictures on a slow line: each comes out up to so much later, by chance, and none before the one in front of it. */
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

  /** What has not come out by now never does. */
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
