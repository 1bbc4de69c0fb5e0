import { randomUUID } from 'node:crypto';
import type { LeaseClock, LeaseTimer } from './lease-clock.ts';
import type { LeaseStore } from './lease-store.ts';
import type { LeaseTable } from './lease-table.ts';
import type { LeaseBalancer } from './sharing/lease-balancer.ts';

export interface LeaseTakerDeps {
  readonly store: Pick<LeaseStore, 'take'>;
  readonly table: LeaseTable;
  readonly balancer: LeaseBalancer;
  readonly clock: LeaseClock;
  readonly onError: (error: unknown) => void;
}

/** Takes cameras that nobody holds, when the balancer says so. */
export class LeaseTaker {
  readonly #deps: LeaseTakerDeps;
  #taking: Promise<void> | undefined;
  #isAskedAgain = false;
  #isStopped = false;
  #later: LeaseTimer | undefined;

  constructor(deps: LeaseTakerDeps) {
    this.#deps = deps;
  }

  /** Something may be free now. */
  look(): void {
    if (this.#isStopped) return;
    this.#isAskedAgain = true;
    this.#later?.cancel();
    this.#taking ??= this.#take()
      .catch(this.#deps.onError)
      .finally(() => {
        this.#taking = undefined;
      });
  }

  /** Resolves when nothing more can be granted. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#later?.cancel();
    await this.#taking;
  }

  async #take(): Promise<void> {
    const { store, table, balancer, clock } = this.#deps;
    while (this.#isAskedAgain && !this.#isStopped) {
      const decision = balancer.takeNow();
      if (decision === undefined) return;
      if (decision.afterMs > 0) {
        this.#later = clock.after(decision.afterMs, () => this.look());
        return;
      }
      this.#isAskedAgain = false;
      const token = randomUUID();
      const sentAtMs = clock.nowMs();
      const grants = await store.take(token, 1);
      for (const grant of grants) table.add(grant, { token, sentAtMs, state: { is: 'holding' } });
      // Where one was free there may be more.
      if (grants.length > 0) this.#isAskedAgain = true;
      else if (decision.how === 'look') balancer.nothingWaits();
    }
  }
}
