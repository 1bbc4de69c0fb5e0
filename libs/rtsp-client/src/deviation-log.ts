/** Counts every tolerated deviation, and reports each kind once per session. */
import type { SessionEvent } from './api.ts';

export class DeviationLog {
  readonly #onEvent: (event: SessionEvent) => void;
  readonly #counts = new Map<string, number>();

  constructor(onEvent: (event: SessionEvent) => void) {
    this.#onEvent = onEvent;
  }

  /** @param message For the camera's owner. */
  note(reason: string, message: string): void {
    if (this.count(reason) === 1) this.#onEvent({ type: 'deviation', reason, message });
  }

  /** Counts without reporting. @returns the count so far. */
  count(reason: string): number {
    const next = (this.#counts.get(reason) ?? 0) + 1;
    this.#counts.set(reason, next);
    return next;
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
