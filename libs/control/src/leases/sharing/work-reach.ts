/** `doubtful` after one look without an answer, `cut-off` after two or more in a row. */
export type Reach = 'reachable' | 'doubtful' | 'cut-off';

/**
 * Detects whether something that the work needs, e.g. the media Redis, can be reached. Polls, since a network that drops packets reports no
 * error. Counts looks rather than time, so that a paused process does not blame the network.
 */
export class WorkReach {
  readonly #ask: () => Promise<unknown>;
  #isAnswered = true;
  #misses = 0;

  /** @param ask resolves with an answer; may reject, or stay pending until a connection times out */
  constructor(ask: () => Promise<unknown>) {
    this.#ask = ask;
  }

  /** Call at regular intervals that leave time for an answer. */
  look(): Reach {
    this.#misses = this.#isAnswered ? 0 : this.#misses + 1;
    this.#isAnswered = false;
    this.#ask().then(
      () => {
        this.#isAnswered = true;
      },
      () => {
        // Counts as no answer.
      },
    );
    if (this.#misses === 0) return 'reachable';
    return this.#misses === 1 ? 'doubtful' : 'cut-off';
  }
}
