/**
 * How many pictures a process encodes at once. More than its cores can do would wait in the thread pool, where each gets old and
 * none can be taken back; here a camera that waits for its turn can still change the picture for a newer one.
 */
export class EncodeSemaphore {
  readonly #limit: () => number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  /** @param limit asked at every turn; below 1 counts as 1 */
  constructor(limit: () => number) {
    this.#limit = limit;
  }

  /** Runs `encode` when it is its turn: first come, first served. */
  async run<T>(encode: () => Promise<T>): Promise<T> {
    if (this.#isFull) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#taken++;
    try {
      return await encode();
    } finally {
      this.#taken--;
      this.#next();
    }
  }

  get #isFull(): boolean {
    return this.#taken >= Math.max(1, this.#limit());
  }

  #next(): void {
    while (!this.#isFull) {
      const resolve = this.#waiting.shift();
      if (resolve === undefined) return;
      // Taken for it at once: nobody comes in between.
      this.#taken++;
      resolve();
    }
  }
}
