/**
 * Limits how many pictures a process encodes at once. Above the number of cores, pictures would wait in libuv's thread
 * pool, where they get old and cannot be taken back. A camera that waits here can still swap its picture for a newer
 * one.
 */
export class EncodeSemaphore {
  readonly #limit: () => number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  /** @param limit read at every turn; below 1 counts as 1 */
  constructor(limit: () => number) {
    this.#limit = limit;
  }

  /** Runs `encode` when its turn has come: first come, first served. */
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
      // Taken on behalf of the waiter, so that nobody slips in before it resumes.
      this.#taken++;
      resolve();
    }
  }
}
