/** `doubtful` when nothing was answered between two looks, `cut-off` from the second time on. */
export type Reach = 'reachable' | 'doubtful' | 'cut-off';

/**
 * Whether what the work of leases needs can be reached, as the media Redis. Asked again and again: a network that swallows packets tells
 * nobody. Counted by looks rather than by time, so that a process which stood still does not blame the network.
 */
export class WorkReach {
  readonly #ask: () => Promise<unknown>;
  #isAnswered = true;
  #misses = 0;

  /** @param ask resolves when there is an answer; may reject, or do neither for as long as a connection takes to be given up */
  constructor(ask: () => Promise<unknown>) {
    this.#ask = ask;
  }

  /** To be called at regular intervals, long enough for an answer. */
  look(): Reach {
    this.#misses = this.#isAnswered ? 0 : this.#misses + 1;
    this.#isAnswered = false;
    this.#ask().then(
      () => {
        this.#isAnswered = true;
      },
      () => {
        // No answer, by its own words.
      },
    );
    if (this.#misses === 0) return 'reachable';
    return this.#misses === 1 ? 'doubtful' : 'cut-off';
  }
}
