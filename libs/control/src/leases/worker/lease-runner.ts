import type { CameraLease, LeaseObserver } from '../ledger/camera-lease.ts';
import { type LeaseClock, Pause } from '../ledger/lease-clock.ts';
import type { LeaseTable } from '../ledger/lease-table.ts';
import type { LeaseStore, WithoutSuccessor } from '../store/lease-store.ts';

export interface LeaseRunnerDeps {
  readonly store: Pick<LeaseStore, 'release'>;
  readonly table: LeaseTable;
  readonly clock: LeaseClock;
  readonly run: (lease: CameraLease) => Promise<void>;
  readonly onRunFailed: (cameraId: string, error: unknown) => void;
  readonly onError: (error: unknown) => void;
}

/** Runs the work of each lease added to the table, and gives the lease up when the work has ended. */
export class LeaseRunner implements LeaseObserver {
  readonly #deps: LeaseRunnerDeps;
  readonly #works = new Map<CameraLease, Promise<void>>();
  readonly #pauses = new Set<Pause>();
  #isClosing = false;

  constructor(deps: LeaseRunnerDeps) {
    this.#deps = deps;
    deps.table.observe(this);
  }

  leaseAdded(lease: CameraLease): void {
    // The camera may return to this process while the work of its lost lease is still ending.
    const before = [...this.#works].filter(([{ cameraId }]) => cameraId === lease.cameraId).map(([, work]) => work);
    const work = Promise.all(before)
      .then(() => this.#work(lease))
      .catch(this.#deps.onError)
      .finally(() => {
        this.#works.delete(lease);
        this.#deps.table.remove(lease);
      });
    this.#works.set(lease, work);
  }

  /** Gives back at once every lease that has no output or is not held yet, and every later one. */
  close(): void {
    this.#isClosing = true;
    for (const pause of this.#pauses) pause.end();
    for (const lease of this.#works.keys()) if (!lease.isHeld || !lease.isReady) giveBack(lease);
  }

  /** Resolves when all work has ended. */
  async giveAllBack(): Promise<void> {
    for (const lease of this.#works.keys()) giveBack(lease);
    await Promise.all(this.#works.values());
  }

  async #work(lease: CameraLease): Promise<void> {
    const { run, onRunFailed } = this.#deps;
    if (this.#isClosing) giveBack(lease);
    // The grant, or the end of the previous work, may have taken longer than a lock lasts.
    lease.check();
    let isDone = false;
    try {
      if (!lease.signal.aborted) {
        await run(lease);
        isDone = true;
      }
    } catch (error) {
      // Work that throws because its signal aborted, or while a successor replaces it, has not failed.
      if (!lease.signal.aborted && lease.state.is !== 'handing-over') onRunFailed(lease.cameraId, error);
    }
    await this.#end(lease, isDone);
  }

  async #end(lease: CameraLease, isDone: boolean): Promise<void> {
    if (lease.isSuccessor) giveBack(lease);
    else if (!lease.signal.aborted) {
      lease.markIdle();
      lease.become({ is: 'ending', why: isDone ? 'done' : 'failed' });
    }
    if (lease.state.is !== 'ending') return;
    const { why } = lease.state;
    if (why === 'failed' && !(await this.#release(lease, 'keep'))) await this.#pause();
    await this.#release(lease, why === 'done' ? 'remove' : 'free');
  }

  /** @returns whether this worker has lost its right, e.g. to a successor */
  async #release(lease: CameraLease, withoutSuccessor: WithoutSuccessor): Promise<boolean> {
    if (!lease.isInStore) return true;
    let successor: string | undefined;
    try {
      successor = await this.#deps.store.release(lease, withoutSuccessor);
    } catch (error) {
      // The lock expires without a renewal.
      this.#deps.onError(error);
    }
    const why = successor === undefined ? 'released' : 'handed-over';
    if (lease.isInStore && (successor !== undefined || withoutSuccessor !== 'keep')) lease.become({ is: 'over', why });
    return successor !== undefined;
  }

  /** Holds a camera whose work failed for a while, so that no other worker retries at once. */
  async #pause(): Promise<void> {
    if (this.#isClosing) return;
    const pause = new Pause(this.#deps.clock);
    this.#pauses.add(pause);
    await pause.wait(FAILURE_PAUSE_MS);
    this.#pauses.delete(pause);
  }
}

function giveBack(lease: CameraLease): void {
  const { is } = lease.state;
  if (is !== 'ending' && is !== 'passing' && is !== 'over') lease.become({ is: 'ending', why: 'handed-back' });
}

/** Retries a camera that cannot be shown no more often than ingest retries one that is offline. */
const FAILURE_PAUSE_MS = 1_000;
