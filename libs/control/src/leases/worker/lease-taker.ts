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

/** Takes cameras that nobody holds, as many as the balancer says. */
export class LeaseTaker {
  readonly #deps: LeaseTakerDeps;
  #taking: Promise<void> | undefined;
  #isAskedAgain = false;
  #isStopped = false;

  constructor(deps: LeaseTakerDeps) {
    this.#deps = deps;
  }

  /** Something may be free now. */
  look(): void {
    if (this.#isStopped) return;
    this.#isAskedAgain = true;
    this.#taking ??= this.#take()
      .catch(this.#deps.onError)
      .finally(() => {
        this.#taking = undefined;
      });
  }

  /** Resolves when nothing more can be granted. */
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
      // Where as many were free as it wanted there may be more.
      if (grants.length === most) this.#isAskedAgain = true;
    }
  }
}
