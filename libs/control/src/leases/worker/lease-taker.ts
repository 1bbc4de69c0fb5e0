import { randomUUID } from 'node:crypto';
import type { LeaseClock } from '../ledger/lease-clock.ts';
import type { LeaseTable } from '../ledger/lease-table.ts';
import type { LeaseBalancer } from '../sharing/lease-balancer.ts';
import type { LeaseStore } from '../store/lease-store.ts';

export interface LeaseTakerDeps {
  readonly store: Pick<LeaseStore, 'take'>;
  readonly table: LeaseTable;
  readonly balancer: LeaseBalancer;
  readonly clock: LeaseClock;
  readonly onError: (error: unknown) => void;
}

/** Takes as many cameras that nobody holds as the balancer allows. */
export class LeaseTaker {
  readonly #deps: LeaseTakerDeps;
  #taking: Promise<void> | undefined;
  #isAskedAgain = false;
  #isStopped = false;

  constructor(deps: LeaseTakerDeps) {
    this.#deps = deps;
  }

  /** Takes cameras if any are free. */
  look(): void {
    if (this.#isStopped) return;
    this.#isAskedAgain = true;
    this.#taking ??= this.#take()
      .catch(this.#deps.onError)
      .finally(() => {
        this.#taking = undefined;
      });
  }

  /** Resolves when no grant can arrive any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#taking;
  }

  async #take(): Promise<void> {
    const { store, table, balancer, clock } = this.#deps;
    while (this.#isAskedAgain && !this.#isStopped) {
      this.#isAskedAgain = false;
      const most = balancer.takeNow();
      if (most === 0) return;
      const token = randomUUID();
      const sentAtMs = clock.nowMs();
      const grants = await store.take(token, most);
      for (const grant of grants) table.add(grant, { token, sentAtMs, state: { is: 'holding' } });
      // A full grant means that more may be free.
      if (grants.length === most) this.#isAskedAgain = true;
    }
  }
}
