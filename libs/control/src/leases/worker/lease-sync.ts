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
 * Tells the store twice a second that this worker lives, by one request: it renews what the worker has, and brings back what it has lost, what it
 * has become the holder of, and how loaded the others are. A lease that could not be renewed in time ends without asking anybody.
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

  /** One at a time: while the store is away, the request that waits for it is enough. @returns undefined without an answer */
  exchange(): Promise<SyncAnswer | undefined> {
    this.#asking ??= this.#exchange().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** Resolves when nothing is under way any more. */
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
      // What was known stays: without the store no lease changes hands anyway.
      onError(error);
      return undefined;
    } finally {
      this.#watchEnds();
    }
  }

  /**
   * At exact intervals, whenever requests are made: a worker that finds itself cut off at the second look has left each of the others time for the first,
   * by which they take nothing from it if they are cut off as well.
   */
  #lookAround(): void {
    const { balancer, reach, clock } = this.#deps;
    balancer.reaches(reach.look());
    this.#nextLook = clock.after(SYNC_INTERVAL_MS, () => this.#lookAround());
  }

  /** Wakes when a lease ends unless it is renewed, and not to see whether it does. */
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

/** @param leases what was asked about; the camera may have another lease by now */
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
