import { SYNC_INTERVAL_MS } from '../lease-timing.ts';
import type { CameraLease, LeaseObserver } from '../ledger/camera-lease.ts';
import type { LeaseClock, LeaseTimer } from '../ledger/lease-clock.ts';
import type { LeaseTable } from '../ledger/lease-table.ts';
import type { LeaseBalancer } from '../sharing/lease-balancer.ts';
import type { WorkReach } from '../sharing/work-reach.ts';
import type { LeaseStore, SyncAnswer } from '../store/lease-store.ts';

export interface LeaseSyncDeps {
  readonly store: Pick<LeaseStore, 'sync'>;
  readonly table: LeaseTable;
  readonly balancer: LeaseBalancer;
  readonly reach: Pick<WorkReach, 'look'>;
  readonly clock: LeaseClock;
  readonly host: string;
  readonly onError: (error: unknown) => void;
}

/**
 * Keeps this worker alive in the store by one request about twice a second. The request renews the worker's leases and successions, and returns
 * which of them were lost or passed to it, and the loads of the others. A lease that is not renewed in time ends without asking the store.
 */
export class LeaseSync implements LeaseObserver {
  readonly #deps: LeaseSyncDeps;
  #asking: Promise<SyncAnswer | undefined> | undefined;
  #end: LeaseTimer | undefined;
  #nextLook: LeaseTimer | undefined;

  constructor(deps: LeaseSyncDeps) {
    this.#deps = deps;
    deps.table.observe(this);
  }

  leaseAdded(): void {
    this.#watchEnds();
  }

  /** Sends one request at a time: a second would only queue behind one that the store does not answer. @returns undefined without an answer */
  exchange(): Promise<SyncAnswer | undefined> {
    this.#asking ??= this.#exchange().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** Resolves when no request is pending. */
  async stop(): Promise<void> {
    await this.#asking;
    this.#end?.cancel();
    this.#nextLook?.cancel();
  }

  async #exchange(): Promise<SyncAnswer | undefined> {
    const { store, table, balancer, clock, host, onError } = this.#deps;
    if (this.#nextLook === undefined) this.#lookAround();
    const leases = table.all.filter(({ isInStore }) => isInStore);
    const sentAtMs = clock.nowMs();
    this.#watchEnds();
    try {
      const answer = await store.sync({
        self: balancer.self,
        host,
        held: leases.filter(({ isSuccessor }) => !isSuccessor),
        successions: leases.filter(({ isSuccessor }) => isSuccessor),
        newCosts: balancer.takeNewCosts(),
      });
      apply(answer, leases, sentAtMs);
      balancer.boardRead(answer);
      return answer;
    } catch (error) {
      // Keeps the last known loads: without the store no lease changes hands.
      onError(error);
      return undefined;
    } finally {
      this.#watchEnds();
    }
  }

  /**
   * Checks the work's reach on its own timer, since syncs are irregular. A worker is cut off after its second failed look. At exact intervals
   * every other worker has had its first by then, so that those cut off as well already refuse its cameras.
   */
  #lookAround(): void {
    const { balancer, reach, clock } = this.#deps;
    balancer.reaches(reach.look());
    this.#nextLook = clock.after(SYNC_INTERVAL_MS, () => this.#lookAround());
  }

  /** Wakes when the next lease ends, rather than polling. */
  #watchEnds(): void {
    const { table, clock } = this.#deps;
    this.#end?.cancel();
    const ends = table.all.filter(({ isInStore }) => isInStore).map(({ endsAtMs }) => endsAtMs);
    if (ends.length === 0) return;
    const earliestMs = ends.reduce((a, b) => Math.min(a, b));
    this.#end = clock.after(earliestMs - clock.nowMs(), () => {
      for (const lease of table.all) lease.check();
      this.#watchEnds();
    });
  }
}

/** @param leases those in the request; a camera may have a newer lease by now */
function apply(answer: SyncAnswer, leases: readonly CameraLease[], sentAtMs: number): void {
  const [lost, withdrawn, passed] = [new Set(answer.lost), new Set(answer.withdrawn), new Set(answer.passed)];
  for (const lease of leases) {
    if (!lease.isInStore) continue;
    if (withdrawn.has(lease.cameraId)) lease.become({ is: 'over', why: 'withdrawn' });
    else if (lost.has(lease.cameraId)) lease.become({ is: 'over', why: 'lost' });
    else {
      lease.renewed(sentAtMs);
      if (lease.isSuccessor && passed.has(lease.cameraId)) lease.become({ is: 'holding' });
    }
  }
}
