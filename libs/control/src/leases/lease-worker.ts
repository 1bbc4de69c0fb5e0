import { randomUUID } from 'node:crypto';
import { availableParallelism, cpus, hostname } from 'node:os';
import { performance } from 'node:perf_hooks';
import { closeRedis, isCluster, type RedisClient } from '@oriel/redis-connection';
import { Job, Worker } from 'bullmq';
import type { LeaseWorker, LeaseWorkerLoad, LeaseWorkerOptions } from '../control.ts';
import { ControlError } from '../control-error.ts';
import { BULLMQ_PREFIX, cameraIdOfJob, controlKeys, leaseJobId } from '../keys.ts';
import type { ControlConnection } from '../redis/control-connection.ts';
import { HeldLease } from './held-lease.ts';
import { LeaseHandOvers } from './lease-hand-overs.ts';
import { type LeaseGrant, LeaseLocks } from './lease-locks.ts';
import { type LeaseMessage, parseLeaseMessage } from './lease-message.ts';
import { LeaseRenewal } from './lease-renewal.ts';
import { LOCK_DURATION_MS, LOCK_SAFETY_MS, STALLED_INTERVAL_MS } from './lease-timing.ts';
import { failurePause, settle, whileRedisAnswers } from './settle-job.ts';
import { LeaseBalancer } from './sharing/lease-balancer.ts';
import { LoadBoard } from './sharing/load-board.ts';
import { LoadExchange } from './sharing/load-exchange.ts';
import { StalledCheck } from './stalled-check.ts';
import { WorkReach } from './work-reach.ts';

export interface LeaseWorkerDeps {
  readonly connection: ControlConnection;
  /** Told why a `run` rejected; its lease is offered anew after a pause. */
  readonly onRunFailed: (cameraId: string, error: unknown) => void;
  /** Of a lease's lock in Redis, above {@link LOCK_SAFETY_MS}. The same for every worker of a queue. @defaultValue 1500 */
  readonly lockDurationMs?: number;
}

/** A lease from its grant until its `run` has ended and its job is settled. */
interface Hold {
  readonly cameraId: string;
  lease: HeldLease | undefined;
  readonly ended: Promise<void>;
}

/**
 * Takes BullMQ jobs one by one, when the balancer says so, and renews their locks itself: BullMQ's own loop takes whenever
 * there is room and only logs a lost lock, where here the work behind it must stop.
 */
export class BullMqLeaseWorker implements LeaseWorker {
  readonly #deps: LeaseWorkerDeps;
  readonly #options: LeaseWorkerOptions;
  readonly #redis: RedisClient;
  /** Where the node of a blocked wait dies, ioredis' Cluster now and then never says so, and BullMQ waits for good. */
  readonly #canBlock: boolean;
  readonly #worker: Worker;
  readonly #locks: LeaseLocks;
  readonly #renewal: LeaseRenewal;
  readonly #lockDurationMs: number;
  readonly #balancer: LeaseBalancer;
  readonly #handOvers: LeaseHandOvers;
  readonly #exchange: LoadExchange;
  readonly #stalledCheck: StalledCheck;
  readonly #holds = new Set<Hold>();
  readonly #unsubscribe: (() => Promise<void>)[] = [];
  #taking: Promise<void> | undefined;
  #wake: () => void = () => undefined;
  #isClosing = false;
  #closing: Promise<void> | undefined;
  /** Pending while a closing worker may still take a job. */
  #stopped: Promise<void> | undefined;

  constructor(deps: LeaseWorkerDeps, options: LeaseWorkerOptions) {
    this.#deps = deps;
    this.#options = options;
    const { connection, lockDurationMs = LOCK_DURATION_MS } = deps;
    this.#lockDurationMs = lockDurationMs;
    const { queue, instanceId, maxLeases, quotaCores } = options;
    // Newer releases of Node count the quota into the parallelism, which then says nothing about the host.
    const capacityCores = options.capacityCores ?? (quotaCores === undefined ? availableParallelism() : cpus().length);
    const onError = (error: unknown) => connection.report(error);
    const nowMs = () => performance.now();
    this.#redis = connection.openForBullMq(`oriel-lease-worker-${queue}`);
    this.#canBlock = !isCluster(this.#redis);
    this.#worker = new Worker(queue, null, {
      connection: this.#redis,
      prefix: BULLMQ_PREFIX,
      name: instanceId,
      autorun: false,
      skipLockRenewal: true,
      lockDuration: lockDurationMs,
      stalledInterval: STALLED_INTERVAL_MS,
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      drainDelay: DRAIN_DELAY_S,
    });
    this.#worker.on('error', onError);
    this.#locks = new LeaseLocks(connection, queue, lockDurationMs);
    this.#renewal = new LeaseRenewal({ extendLocks: (leases) => this.#extendLocks(leases), nowMs, onError });
    this.#balancer = new LeaseBalancer({ id: instanceId, capacityCores, quotaCores, maxLeases, nowMs });
    this.#handOvers = new LeaseHandOvers({
      instanceId,
      balancer: this.#balancer,
      locks: this.#locks,
      send: (to, message) => this.#send(to, message),
      heldLease: (cameraId) => this.#heldLease(cameraId),
      runSuccessor: (...granted) => this.#runSuccessor(...granted),
      onError,
    });
    this.#exchange = new LoadExchange({
      board: new LoadBoard(connection, queue, hostname()),
      balancer: this.#balancer,
      handOvers: this.#handOvers,
      reach: new WorkReach(options.reaches ?? (() => Promise.resolve())),
      onRead: (active) => {
        this.#stalledCheck.boardRead(active);
        this.#wake();
      },
      onError,
    });
    this.#stalledCheck = new StalledCheck({
      look: () => this.#worker.getBackend().moveStalledJobsToWait(),
      held: () => this.held.length,
      onError,
    });
  }

  get held(): readonly string[] {
    return [...this.#holds].filter(({ lease }) => lease?.isHeld).map(({ cameraId }) => cameraId);
  }

  get load(): LeaseWorkerLoad {
    const { loadCores, capacityCores } = this.#balancer.self;
    return { loadCores, capacityCores, shortCores: this.#balancer.queueLoad.shortCores };
  }

  async start(): Promise<void> {
    if (this.#taking !== undefined) throw new TypeError('a lease worker starts once');
    const { queue, instanceId } = this.#options;
    const { connection } = this.#deps;
    const listen = async (channel: string, onMessage: (message: string) => void) => {
      this.#unsubscribe.push(await connection.subscribe(channel, onMessage));
    };
    await listen(controlKeys.leaseWithdrawn(queue), (cameraId) => this.#renewal.suspectWithdrawal(cameraId));
    await listen(controlKeys.leaseMessages(queue, instanceId), (json) => {
      const message = parseLeaseMessage(json);
      if (message !== undefined) this.#handOvers.onMessage(message);
    });
    await this.#worker.waitUntilReady();
    await this.#exchange.start();
    this.#taking = this.#take();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#isClosing = true;
    this.#balancer.close();
    // What shows nothing, or is not this worker's yet, goes back at once.
    for (const { lease, cameraId } of this.#holds)
      if (!lease?.isHeld || !lease.isReady) lease?.end(handedBack(cameraId));
    this.#stopped = this.#stopTaking();
    await this.#stopped;
    await this.#handAllOver();
    for (const { lease, cameraId } of this.#holds) lease?.end(handedBack(cameraId));
    await Promise.all([...this.#holds].map(({ ended }) => ended));
    await this.#exchange.stop();
    this.#stalledCheck.stop();
    await Promise.all(this.#unsubscribe.map((unsubscribe) => unsubscribe()));
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

  /** To those that take it: whoever refuses is passed over until its load is read anew. */
  async #handAllOver(): Promise<void> {
    const limitAtMs = performance.now() + CLOSE_LIMIT_MS;
    if (this.held.length === 0 || !(await this.#exchange.exchange())) return;
    while (this.held.length > 0 && performance.now() < limitAtMs) {
      this.#exchange.offer();
      // What was offered before this worker was closing may have been refused for that: asked again, with the board read anew.
      if (this.#handOvers.pending === 0 && !((await this.#exchange.exchange()) && this.#handOvers.pending > 0)) break;
      await new Promise((resolve) => setTimeout(resolve, CLOSE_POLL_MS));
    }
    this.#handOvers.close();
  }

  async #take(): Promise<void> {
    while (!this.#isClosing) {
      const decision = this.#balancer.takeNow();
      if (decision === undefined || decision.afterMs > 0) {
        await this.#woken(decision?.afterMs);
        continue;
      }
      const token = randomUUID();
      const job = await this.#nextJob(token, decision.how === 'block');
      if (job !== undefined) this.#hold(job, token);
      else if (decision.how === 'look') this.#balancer.nothingWaits();
      else if (!this.#canBlock) await this.#woken(POLL_MS);
    }
  }

  /** Resolves when something has changed, or after the time. */
  async #woken(afterMs: number | undefined): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (afterMs !== undefined) timer = setTimeout(resolve, afterMs);
    });
    clearTimeout(timer);
  }

  async #nextJob(token: string, block: boolean): Promise<Job | undefined> {
    try {
      return await this.#worker.getNextJob(token, { block: block && this.#canBlock });
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
    this.#balancer.taken(cameraId, undefined);
    this.#begin(cameraId, () => this.#grant(cameraId, token));
  }

  #runSuccessor(cameraId: string, token: string, holderToken: string, grant: LeaseGrant, donor: string): void {
    this.#begin(cameraId, async () => {
      const lease = this.#leaseOf(cameraId, token, grant, performance.now(), holderToken);
      this.#handOvers.successorStarted(lease, donor);
      return lease;
    });
  }

  #begin(cameraId: string, grant: () => Promise<HeldLease>): void {
    // The camera may come back to this process while the work of its lost lease is still ending.
    const previous = [...this.#holds].filter((hold) => hold.cameraId === cameraId).map(({ ended }) => ended);
    const hold: Hold = {
      cameraId,
      lease: undefined,
      ended: Promise.resolve()
        .then(() => this.#run(hold, grant, previous))
        .catch((error: unknown) => this.#deps.connection.report(error))
        .finally(() => {
          this.#holds.delete(hold);
          if (![...this.#holds].some((other) => other.cameraId === cameraId)) this.#balancer.ended(cameraId);
          this.#stalledCheck.follow();
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

  async #run(hold: Hold, grant: () => Promise<HeldLease>, previous: readonly Promise<void>[]): Promise<void> {
    const lease = await grant();
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
      // Work that throws because it was told to end has done as it was told, and so has work that its successor replaced.
      if (!lease.signal.aborted && !this.#handOvers.hasSuccessor(hold.cameraId))
        this.#deps.onRunFailed(hold.cameraId, error);
    }
    try {
      await this.#settle(lease, isDone);
    } finally {
      this.#renewal.delete(lease);
      this.#handOvers.leaseEnded(lease);
    }
  }

  async #settle(lease: HeldLease, isDone: boolean): Promise<void> {
    const { cameraId, token } = lease;
    if (lease.isSuccessor) {
      // Never became the holder: what it leaves behind expires.
      lease.end(handedBack(cameraId));
      return;
    }
    // Work may end before its lease does, as when the successor's pictures have replaced its own.
    if (await this.#handOvers.passOn(cameraId)) return;
    if (!isDone) {
      lease.markIdle();
      await failurePause(lease.signal);
    }
    const job = await whileRedisAnswers(Job.fromId(this.#worker, leaseJobId(cameraId)));
    if (job === undefined) return;
    if (isDone && !lease.signal.aborted) return settle(job.moveToCompleted(undefined, token, false));
    // A worker that still waits for jobs would take again itself what it gives back.
    await this.#stopped;
    await settle(job.moveToWait(token));
  }

  /** The lock was set at an unknown moment while this process waited for a job: renewing it gives a known one. */
  async #grant(cameraId: string, token: string): Promise<HeldLease> {
    const renewedAtMs = performance.now();
    const [lost, grant] = await Promise.all([
      this.#worker.extendJobLocks([leaseJobId(cameraId)], [token], this.#lockDurationMs),
      this.#locks.grant(cameraId),
    ]);
    if (grant.costCores !== undefined) this.#balancer.measured(cameraId, grant.costCores);
    const lease = this.#leaseOf(cameraId, token, grant, renewedAtMs);
    if (lost.length > 0) lease.end(new ControlError('lease-lost', `camera ${cameraId} was lost while it was granted`));
    lease.check();
    return lease;
  }

  #leaseOf(cameraId: string, token: string, grant: LeaseGrant, renewedAtMs: number, holderToken?: string): HeldLease {
    const lease: HeldLease = new HeldLease({
      ...grant,
      cameraId,
      token,
      renewedAtMs,
      lockDurationMs: this.#lockDurationMs - LOCK_SAFETY_MS,
      nowMs: () => performance.now(),
      newestEpoch: () => this.#locks.newestEpoch(cameraId),
      ...(holderToken === undefined ? {} : { holderToken }),
      onReady: (isReady) => {
        this.#balancer.ready(cameraId, isReady);
        if (isReady) this.#handOvers.successorReady(lease);
      },
      onCost: (costCores) => this.#balancer.measured(cameraId, costCores),
    });
    return lease;
  }

  async #extendLocks(leases: readonly HeldLease[]): Promise<ReadonlySet<string>> {
    const [owned, successors] = [leases.filter((l) => !l.isSuccessor), leases.filter((l) => l.isSuccessor)];
    const jobIds = owned.map(({ cameraId }) => leaseJobId(cameraId));
    const tokens = owned.map(({ token }) => token);
    const [lost, lostSuccessors] = await Promise.all([
      jobIds.length === 0 ? [] : this.#worker.extendJobLocks(jobIds, tokens, this.#lockDurationMs),
      Promise.all(successors.map((lease) => this.#renewSuccessor(lease))),
    ]);
    return new Set([...lost.map((jobId) => cameraIdOfJob(jobId) ?? ''), ...lostSuccessors.flat()]);
  }

  /** @returns the camera id if the lease is lost */
  async #renewSuccessor(lease: HeldLease): Promise<readonly string[]> {
    const { cameraId, holderToken, token } = lease;
    if (holderToken === undefined) return [];
    const state = await this.#locks.renewSuccessor(cameraId, holderToken, token);
    if (state.is === 'owner') this.#handOvers.passedTo(lease);
    else if (state.is === 'successor') {
      if (lease.isReady) this.#handOvers.successorReady(lease);
      // A living holder's lock has more left.
      if (state.holderLeftMs < this.#lockDurationMs / 2) this.#renewal.renewIn(state.holderLeftMs - LOCK_SAFETY_MS / 2);
    }
    return state.is === 'lost' ? [cameraId] : [];
  }

  #heldLease(cameraId: string): HeldLease | undefined {
    for (const { lease } of this.#holds) if (lease?.cameraId === cameraId && lease.isHeld) return lease;
    return undefined;
  }

  #send(to: string, message: LeaseMessage): void {
    const { connection } = this.#deps;
    connection.commands
      .publish(controlKeys.leaseMessages(this.#options.queue, to), JSON.stringify(message))
      .catch((error: unknown) => connection.report(error));
  }
}

function handedBack(cameraId: string): ControlError {
  return new ControlError('lease-handed-back', `camera ${cameraId} is given back`);
}

/** Longest time a worker waits blocked: also how long a lost wake-up can delay a job. */
const DRAIN_DELAY_S = 1;
const RETRY_MS = 200;
const POLL_MS = 200;
/** What could not be handed over by then is given back. */
const CLOSE_LIMIT_MS = 5_000;
const CLOSE_POLL_MS = 25;
