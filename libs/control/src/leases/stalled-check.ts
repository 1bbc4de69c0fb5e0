import { STALLED_INTERVAL_MS } from './lease-timing.ts';

export interface StalledCheckDeps {
  /** Gives jobs back whose lock has expired; two looks after one another find one. */
  readonly look: () => Promise<unknown>;
  /** How many leases this worker renews. */
  readonly held: () => number;
  readonly onError: (error: unknown) => void;
}

/**
 * Looks for leases whose holder has died, but only while there are leases that this worker does not renew itself: a worker that
 * holds all there are would look for nothing but its own, several times a second.
 */
export class StalledCheck {
  readonly #deps: StalledCheckDeps;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #isStopped = false;
  #active = 0;

  constructor(deps: StalledCheckDeps) {
    this.#deps = deps;
  }

  /** @param active leases that somebody holds, or held when it died */
  boardRead(active: number): void {
    this.#active = active;
    this.follow();
  }

  /** To be called when this worker may have lost a lease. */
  follow(): void {
    if (this.#isStopped) return;
    if (this.#active <= this.#deps.held()) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    } else if (this.#timer === undefined) {
      this.#timer = setInterval(() => this.#look(), STALLED_INTERVAL_MS);
      this.#look();
    }
  }

  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#timer);
  }

  /** One at a time: BullMQ's commands wait for a Redis that is away. */
  #look(): void {
    this.#looking ??= this.#deps
      .look()
      .then(
        () => undefined,
        (error: unknown) => {
          if (!this.#isStopped) this.#deps.onError(error);
        },
      )
      .finally(() => {
        this.#looking = undefined;
      });
  }
}
