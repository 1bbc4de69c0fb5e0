import type { LeaseClock, LeaseTimer } from '../src/leases/ledger/lease-clock.ts';
import type { LeaseStore } from '../src/leases/store/lease-store.ts';

/** A simulated process. Once dead, it does nothing: its timers do not fire, requests on their way have no effect, and none gets an answer. */
export class SimulatedProcess implements LeaseClock {
  isAlive = true;
  reachesMedia = true;
  /** The process is closing and hands over its cameras. */
  isEnding = false;
  readonly #clock: LeaseClock;
  readonly #travelMs: () => number;

  /** @param travelMs delay to or from the store, one way */
  constructor(clock: LeaseClock, travelMs: () => number) {
    this.#clock = clock;
    this.#travelMs = travelMs;
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  after(delayMs: number, run: () => void): LeaseTimer {
    return this.#clock.after(delayMs, () => {
      if (this.isAlive) run();
    });
  }

  die(): void {
    this.isAlive = false;
  }

  pingMedia(): Promise<void> {
    return this.reachesMedia ? this.#travel() : new Promise(() => undefined);
  }

  /** The store as this process sees it, over a network. */
  reach(store: LeaseStore): LeaseStore {
    return {
      take: (...args) => this.#ask(() => store.take(...args)),
      sync: (...args) => this.#ask(() => store.sync(...args)),
      beginSuccession: (...args) => this.#ask(() => store.beginSuccession(...args)),
      cancelSuccession: (...args) => this.#ask(() => store.cancelSuccession(...args)),
      release: (...args) => this.#ask(() => store.release(...args)),
      newestEpoch: (...args) => this.#ask(() => store.newestEpoch(...args)),
      leave: (...args) => this.#ask(() => store.leave(...args)),
    };
  }

  async #ask<T>(request: () => Promise<T>): Promise<T> {
    await this.#travel();
    const answer = await request();
    await this.#travel();
    return answer;
  }

  /** Never resolves once the process is dead. */
  #travel(): Promise<void> {
    return new Promise((resolve) => this.after(this.#travelMs(), resolve));
  }
}
