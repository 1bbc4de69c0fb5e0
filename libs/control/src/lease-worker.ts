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
  #isClosing = false;
  #closing: Promise<void> | undefined;
  /** Pending while a closing worker may still take a job. */
  #stopped: Promise<void> | undefined;

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
    this.#isClosing = true;
    for (const { lease, cameraId } of this.#holds) lease?.end(handedBack(cameraId));
    this.#stopped = this.#stopTaking();
    await this.#stopped;
    await Promise.all([...this.#holds].map(({ ended }) => ended));
    await this.#unsubscribe?.();
    await this.#worker.close(true);
    await closeRedis(this.#redis);
  }

  async #stopTaking(): Promise<void> {
    if (this.#taking === undefined) return;
    this.#wake();
    try {
      await this.#worker.getBackend().disconnectBlocking(false);
      await whileRedisAnswers(this.#taking);
    } catch (error) {
      this.#deps.connection.report(error);
    }
  }

  async #take(): Promise<void> {
    const mayTake = this.#deps.mayTake ?? takeUpToMax;
    while (!this.#isClosing) {
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
      if (!this.#isClosing) {
        this.#deps.connection.report(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
      return undefined;
    }
  }

  #hold(job: Job, token: string): void {
    const cameraId = cameraIdOfJob(job.id);
    if (cameraId === undefined) {
      this.#refuseForeign(job, token);
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

  /** Completes it, or it would come back with every lock that expires. */
  #refuseForeign(job: Job, token: string): void {
    const { connection } = this.#deps;
    connection.report(new ControlError('invalid', `queue ${this.#options.queue} held a job that is no lease`));
    settle(job.moveToCompleted(undefined, token, false)).catch((error: unknown) => connection.report(error));
  }

  async #run(hold: Hold, job: Job, token: string, previous: readonly Promise<void>[]): Promise<void> {
    const lease = await this.#grant(hold.cameraId, token);
    hold.lease = lease;
    this.#renewal.add(lease);
    let isDone = false;
    try {
      await Promise.all(previous);
      if (this.#isClosing) lease.end(handedBack(hold.cameraId));
      if (!lease.signal.aborted) {
        await this.#options.run(lease);
        isDone = true;
      }
    } catch (error) {
      // Work that throws because it was told to end has done as it was told.
      if (!lease.signal.aborted) this.#deps.onRunFailed(hold.cameraId, error);
    }
    try {
      if (lease.signal.aborted) {
        // A worker that still waits for jobs would take again itself what it gives back.
        await this.#stopped;
        await settle(job.moveToWait(token));
      } else if (isDone) await settle(job.moveToCompleted(undefined, token, false));
      else await settle(job.moveToDelayed(Date.now() + FAILURE_PAUSE_MS, token));
    } finally {
      this.#renewal.delete(lease);
    }
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

function handedBack(cameraId: string): ControlError {
  return new ControlError('lease-handed-back', `camera ${cameraId} is given back`);
}

/** A job that is gone or has another holder needs nothing from the one before. */
async function settle(settled: Promise<unknown>): Promise<void> {
  try {
    await whileRedisAnswers(settled);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (typeof code !== 'number' || !LOST_LOCK_CODES.has(code)) throw error;
  }
}

/** BullMQ's commands wait for Redis for ever. Locks do not: after their time there is nothing left to wait for. */
async function whileRedisAnswers(answered: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const impatience = new Promise<never>((_, reject) => {
    const error = new ControlError('disconnected', 'Redis (control) does not answer; leases end with their locks');
    timer = setTimeout(() => reject(error), LOCK_DURATION_MS);
  });
  await Promise.race([answered, impatience]).finally(() => clearTimeout(timer));
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
