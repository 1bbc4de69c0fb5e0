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

/** Runs the work of each lease that comes into the table, and gives the lease up when the work has ended. */
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
    // The camera may come back to this process while the work of its lost lease is still ending.
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

  /** What shows nothing, or is not this worker's yet, is given up at once, and whatever comes from now on. */
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
    // The grant, or the end of the work before, may have taken longer than a lock lasts.
    lease.check();
    let isDone = false;
    try {
      if (!lease.signal.aborted) {
        await run(lease);
        isDone = true;
      }
    } catch (error) {
      // Work that throws because it was told to end has done as it was told, and so has work that its successor replaced.
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

  /** @returns whether a successor has it */
  async #release(lease: CameraLease, withoutSuccessor: WithoutSuccessor): Promise<boolean> {
    if (!lease.isInStore) return true;
    let successor: string | undefined;
    try {
      successor = await this.#deps.store.release(lease, withoutSuccessor);
    } catch (error) {
      // What this worker had ends with its lock.
      this.#deps.onError(error);
    }
    const why = successor === undefined ? 'released' : 'handed-over';
    if (lease.isInStore && (successor !== undefined || withoutSuccessor !== 'keep')) lease.become({ is: 'over', why });
    return successor !== undefined;
  }

  /** Before a camera whose work failed is free again; it is held meanwhile. */
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

/** A camera that cannot be shown is tried again as often as ingest tries one that is away, at most. */
const FAILURE_PAUSE_MS = 1_000;
