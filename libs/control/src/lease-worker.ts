import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { LeaseWorker, LeaseWorkerOptions } from './control.ts';
import { type ControlConnection, closeRedis } from './control-connection.ts';
import { ControlError } from './control-error.ts';
import { HeldLease } from './held-lease.ts';
import { BULLMQ_PREFIX, cameraIdOfJob, controlKeys, leaseJobId } from './keys.ts';
import { nextLeaseEpoch } from './lease-epoch.ts';
import { LeaseRenewal } from './lease-renewal.ts';
import { type TakePolicy, takeUpToMax } from './take-policy.ts';

export interface LeaseWorkerDeps {
  readonly connection: ControlConnection;
  /** Told why a `run` rejected; its lease is offered anew after a pause. */
  readonly onRunFailed: (cameraId: string, error: unknown) => void;
  readonly mayTake?: TakePolicy;
}

/** A lease from its grant until its `run` has ended and its job is settled. */
interface Hold {
  readonly cameraId: string;
  lease: HeldLease | undefined;
  readonly ended: Promise<void>;
}

/**
 * Takes BullMQ jobs one by one, when the policy says so, and renews their locks itself: BullMQ's own loop takes whenever
 * there is room and only logs a lost lock, where here the work behind it must stop.
 */
export class BullMqLeaseWorker implements LeaseWorker {
  readonly #deps: LeaseWorkerDeps;
  readonly #options: LeaseWorkerOptions;
  readonly #redis: Redis;
  readonly #worker: Worker;
  readonly #renewal: LeaseRenewal;
  readonly #holds = new Set<Hold>();
  #taking: Promise<void> | undefined;
  #unsubscribe: (() => Promise<void>) | undefined;
  #wake: () => void = () => undefined;
  #closing: Promise<void> | undefined;

  constructor(deps: LeaseWorkerDeps, options: LeaseWorkerOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#redis = deps.connection.openForBullMq(`oriel-lease-worker-${options.queue}`);
    this.#worker = new Worker(options.queue, null, {
      connection: this.#redis,
      prefix: BULLMQ_PREFIX,
      name: options.instanceId,
      autorun: false,
      skipLockRenewal: true,
      lockDuration: LOCK_DURATION_MS,
      stalledInterval: STALLED_INTERVAL_MS,
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      drainDelay: DRAIN_DELAY_S,
    });
    this.#worker.on('error', (error) => deps.connection.report(error));
    this.#renewal = new LeaseRenewal({
      extendLocks: (leases) => this.#extendLocks(leases),
      nowMs: () => performance.now(),
      onError: (error) => deps.connection.report(error),
    });
  }

  get held(): readonly string[] {
    const current = [...this.#holds].filter(({ lease }) => lease !== undefined && !lease.signal.aborted);
    return current.map(({ cameraId }) => cameraId);
  }

  async start(): Promise<void> {
    if (this.#taking !== undefined) throw new TypeError('a lease worker starts once');
    this.#unsubscribe = await this.#deps.connection.subscribe(
      controlKeys.leaseWithdrawn(this.#options.queue),
      (cameraId) => this.#renewal.suspectWithdrawal(cameraId),
    );
    await this.#worker.waitUntilReady();
    await this.#worker.startStalledCheckTimer();
    this.#taking = this.#take();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#wake();
    // Before anything is given back: a worker that is still waiting for jobs would take it again itself.
    await this.#worker.getBackend().disconnectBlocking(false);
    await this.#taking;
    for (const { lease, cameraId } of this.#holds) {
      lease?.end(new ControlError('lease-handed-back', `camera ${cameraId} is given back`));
    }
    await Promise.all([...this.#holds].map(({ ended }) => ended));
    await this.#unsubscribe?.();
    await this.#worker.close(true);
    await closeRedis(this.#redis);
  }

  async #take(): Promise<void> {
    const mayTake = this.#deps.mayTake ?? takeUpToMax;
    while (this.#closing === undefined) {
      if (!mayTake({ held: this.#holds.size, maxLeases: this.#options.maxLeases })) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      const token = randomUUID();
      const job = await this.#nextJob(token);
      if (job !== undefined) this.#hold(job, token);
    }
  }

  async #nextJob(token: string): Promise<Job | undefined> {
    try {
      return await this.#worker.getNextJob(token, { block: true });
    } catch (error) {
      if (this.#closing === undefined) {
        this.#deps.connection.report(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
      return undefined;
    }
  }

  #hold(job: Job, token: string): void {
    const cameraId = cameraIdOfJob(job.id);
    if (cameraId === undefined) {
      this.#deps.connection.report(
        new ControlError('invalid', `queue ${this.#options.queue} holds a job that is no lease`),
      );
      return;
    }
    // The camera may come back to this process while the work of its lost lease is still ending.
    const previous = [...this.#holds].filter((hold) => hold.cameraId === cameraId).map(({ ended }) => ended);
    const hold: Hold = {
      cameraId,
      lease: undefined,
      ended: Promise.resolve()
        .then(() => this.#run(hold, job, token, previous))
        .catch((error: unknown) => this.#deps.connection.report(error))
        .finally(() => {
          this.#holds.delete(hold);
          this.#wake();
        }),
    };
    this.#holds.add(hold);
  }

  async #run(hold: Hold, job: Job, token: string, previous: readonly Promise<void>[]): Promise<void> {
    const lease = await this.#grant(hold.cameraId, token);
    hold.lease = lease;
    this.#renewal.add(lease);
    let isDone = false;
    try {
      await Promise.all(previous);
      if (this.#closing !== undefined) lease.end(new ControlError('lease-handed-back', 'closing'));
      if (!lease.signal.aborted) {
        await this.#options.run(lease);
        isDone = true;
      }
    } catch (error) {
      // Work that throws because it was told to end has done as it was told.
      if (!lease.signal.aborted) this.#deps.onRunFailed(hold.cameraId, error);
    }
    const isOver = lease.signal.aborted;
    this.#renewal.delete(lease);
    if (isOver) await ignoreLostLock(job.moveToWait(token));
    else if (isDone) await ignoreLostLock(job.moveToCompleted(undefined, token, false));
    else await ignoreLostLock(job.moveToDelayed(Date.now() + FAILURE_PAUSE_MS, token));
  }

  /** The lock was set at an unknown moment while this process waited for a job: renewing it gives a known one. */
  async #grant(cameraId: string, token: string): Promise<HeldLease> {
    const renewedAtMs = performance.now();
    const jobId = leaseJobId(cameraId);
    const [lost, epoch] = await Promise.all([
      this.#worker.extendJobLocks([jobId], [token], LOCK_DURATION_MS),
      nextLeaseEpoch(this.#deps.connection, this.#options.queue, cameraId),
    ]);
    const lease = new HeldLease({
      cameraId,
      epoch,
      token,
      renewedAtMs,
      lockDurationMs: LOCK_DURATION_MS - SAFETY_MS,
      nowMs: () => performance.now(),
    });
    if (lost.length > 0) lease.end(new ControlError('lease-lost', `camera ${cameraId} was lost while it was granted`));
    lease.check();
    return lease;
  }

  async #extendLocks(leases: readonly HeldLease[]): Promise<ReadonlySet<string>> {
    const jobIds = leases.map(({ cameraId }) => leaseJobId(cameraId));
    const tokens = leases.map(({ token }) => token);
    const lost = await this.#worker.extendJobLocks(jobIds, tokens, LOCK_DURATION_MS);
    return new Set(lost.map((jobId) => cameraIdOfJob(jobId) ?? ''));
  }
}

/** A job that is gone or has another holder needs nothing from the one before. */
async function ignoreLostLock(settled: Promise<unknown>): Promise<void> {
  await settled.catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (typeof code !== 'number' || !LOST_LOCK_CODES.has(code)) throw error;
  });
}

/** BullMQ's answers (enums/error-code): job missing, lock missing, not in that state, lock of another. */
const LOST_LOCK_CODES: ReadonlySet<number> = new Set([-1, -2, -3, -6]);
const LOCK_DURATION_MS = 2_000;
/** This side gives a lease up that much before Redis does. */
const SAFETY_MS = 200;
/** A lock that has expired is found by any worker within this time. */
const STALLED_INTERVAL_MS = 400;
/** Longest time a worker waits blocked: also how long a lost wake-up can delay a job. */
const DRAIN_DELAY_S = 1;
const FAILURE_PAUSE_MS = 1_000;
const RETRY_MS = 200;
