/** A cluster of real lease workers on a fake clock, with a store in memory and realistic delays of messages and camera starts. */
import { setMaxListeners } from 'node:events';
import type { LeaseMessage } from '../src/leases/hand-over/lease-message.ts';
import type { Lease } from '../src/leases/lease.ts';
import { LOCK_DURATION_MS, SYNC_INTERVAL_MS } from '../src/leases/lease-timing.ts';
import type { CapacityPolicy } from '../src/leases/sharing/capacity-policy.ts';
import { LeaseBalancer } from '../src/leases/sharing/lease-balancer.ts';
import { MeasuredCores } from '../src/leases/sharing/measured-cores.ts';
import { LeaseWorkerCore } from '../src/leases/worker/lease-worker-core.ts';
import { MemoryLeaseStore } from './memory-lease-store.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { SimulatedProcess } from './simulated-process.ts';

export interface SimulatedWorker {
  readonly id: string;
  readonly balancer: LeaseBalancer;
  readonly capacity: number;
  readonly process: SimulatedProcess;
  readonly core: LeaseWorkerCore;
}

export interface SimulatedCamera {
  readonly id: string;
  cost: number;
  /** Holder according to the store, unless that worker has died. */
  owner: SimulatedWorker | undefined;
  ownerlessSinceMs: number | undefined;
  waitsSinceMs: number | undefined;
  /** Leases with running work: of the holder and of successors. */
  readonly leases: Set<Lease>;
}

export class SimulatedCluster {
  /** Number of completed hand-overs. */
  moves = 0;
  /** Total cost of the cameras handed over. */
  movedCost = 0;
  refusals = 0;
  /** Longest time that a free camera was not taken. */
  longestWaitMs = 0;
  /** Longest time from a camera's offer, or the loss of its owner, to its next owner, or to now. */
  longestOwnerlessMs = 0;
  readonly workers: SimulatedWorker[] = [];
  readonly cameras = new Map<string, SimulatedCamera>();
  readonly #random: () => number;
  readonly #clock = new SimulatedClock();
  readonly #store: MemoryLeaseStore;
  readonly #workerOfToken = new Map<string, SimulatedWorker>();
  readonly #errors: unknown[] = [];

  constructor(random: () => number) {
    this.#random = random;
    this.#store = new MemoryLeaseStore({
      lockDurationMs: LOCK_DURATION_MS,
      nowMs: () => this.nowMs,
      onFree: () => {
        for (const { core, process } of this.alive) process.after(this.#between(...TRAVEL_MS), () => core.leaseFree());
      },
    });
  }

  get nowMs(): number {
    return this.#clock.nowMs();
  }

  join(
    capacity: number,
    maxLeases = 10_000,
    policy: CapacityPolicy = new MeasuredCores({ hostCores: capacity }),
  ): SimulatedWorker {
    const id = `w${String(this.workers.length).padStart(3, '0')}`;
    const process = new SimulatedProcess(this.#clock, () => this.#between(...TRAVEL_MS));
    const nowMs = () => this.nowMs;
    const balancer = new LeaseBalancer({ id, capacity: policy, maxLeases, nowMs, random: this.#random });
    const onError = (error: unknown) => void this.#errors.push(error);
    const core = new LeaseWorkerCore(
      {
        store: process.reach(this.#store),
        messages: { send: (to, message) => this.#send(process, to, message) },
        balancer,
        clock: process,
        host: id,
        lockDurationMs: LOCK_DURATION_MS,
        random: this.#random,
        onRunFailed: (_, error) => onError(error),
        onError,
      },
      { instanceId: id, reaches: () => process.pingMedia(), run: (lease) => this.#run(worker, lease) },
    );
    const worker = { id, balancer, capacity, process, core };
    this.workers.push(worker);
    process.after(this.#between(0, SYNC_INTERVAL_MS), () => void core.start().catch(onError));
    return worker;
  }

  /** Offers all cameras in one request. */
  offer(costs: ReadonlyMap<string, number>): void {
    for (const [id, cost] of costs) {
      const [owner, sinceMs] = [undefined, this.nowMs];
      this.cameras.set(id, { id, cost, owner, ownerlessSinceMs: sinceMs, waitsSinceMs: sinceMs, leases: new Set() });
    }
    this.#store.offer(...costs.keys());
  }

  measure(id: string, cost: number): void {
    const camera = this.#camera(id);
    camera.cost = cost;
    for (const lease of camera.leases) lease.reportCost(cost);
  }

  crash({ process }: SimulatedWorker): void {
    process.die();
    this.#look();
  }

  /** Closes the worker: it hands its cameras over, gives the rest back and ends. */
  leave({ core, process }: SimulatedWorker): void {
    process.isEnding = true;
    core.close().then(
      () => process.die(),
      (error: unknown) => this.#errors.push(error),
    );
  }

  /** Cuts the worker off from the media Redis. It runs on, but is of no use. */
  cutOff({ process }: SimulatedWorker): void {
    process.reachesMedia = false;
  }

  mend({ process }: SimulatedWorker): void {
    process.reachesMedia = true;
  }

  async run(durationMs: number): Promise<void> {
    const endMs = this.nowMs + durationMs;
    while (this.nowMs < endMs) {
      await this.#clock.run(Math.min(LOOK_MS, endMs - this.nowMs));
      if (this.#errors.length > 0) throw this.#errors[0];
      this.#look();
    }
  }

  get alive(): SimulatedWorker[] {
    return this.workers.filter(({ process }) => process.isAlive);
  }

  /** Load by the true costs and owners of the cameras. */
  loadOf(worker: SimulatedWorker): number {
    return this.ownedBy(worker).reduce((sum, { cost }) => sum + cost, 0);
  }

  ownedBy(worker: SimulatedWorker): { readonly id: string; readonly cost: number }[] {
    return [...this.cameras.values()].filter(({ owner }) => owner === worker);
  }

  forgetTimes(): void {
    this.longestWaitMs = 0;
    this.longestOwnerlessMs = 0;
  }

  get ownerless(): string[] {
    return [...this.cameras.values()].filter(({ owner }) => owner === undefined).map(({ id }) => id);
  }

  /** Work of a lease: reports the first picture and the cost after a start-up time. */
  async #run(worker: SimulatedWorker, lease: Lease): Promise<void> {
    const camera = this.#camera(lease.cameraId);
    this.#workerOfToken.set((lease as Lease & { readonly token: string }).token, worker);
    camera.leases.add(lease);
    setMaxListeners(0, lease.signal);
    await new Promise<void>((resolve) => {
      lease.signal.addEventListener('abort', () => resolve(), { once: true });
      worker.process.after(this.#between(...START_MS), () => {
        if (lease.signal.aborted) return;
        lease.markReady();
        lease.reportCost(camera.cost);
      });
    });
    camera.leases.delete(lease);
  }

  #send(from: SimulatedProcess, to: string, message: LeaseMessage): void {
    if (!from.isAlive) return;
    if (message.type === 'refuse') this.refusals++;
    const receiver = this.workers.find(({ id }) => id === to);
    receiver?.process.after(this.#between(...TRAVEL_MS), () => receiver.core.onMessage(message));
  }

  /** Records the current owner of each camera. */
  #look(): void {
    const { nowMs } = this;
    const { holders } = this.#store;
    for (const camera of this.cameras.values()) {
      const token = holders.get(camera.id);
      const holder = token === undefined ? undefined : this.#workerOfToken.get(token);
      const [before, owner] = [camera.owner, holder?.process.isAlive ? holder : undefined];
      if (before?.process.isAlive && owner !== undefined && owner !== before) {
        this.moves++;
        this.movedCost += camera.cost;
      }
      camera.owner = owner;
      camera.waitsSinceMs = token === undefined ? (camera.waitsSinceMs ?? nowMs) : undefined;
      camera.ownerlessSinceMs = owner === undefined ? (camera.ownerlessSinceMs ?? nowMs) : undefined;
      this.longestWaitMs = Math.max(this.longestWaitMs, nowMs - (camera.waitsSinceMs ?? nowMs));
      this.longestOwnerlessMs = Math.max(this.longestOwnerlessMs, nowMs - (camera.ownerlessSinceMs ?? nowMs));
    }
  }

  #camera(id: string): SimulatedCamera {
    return this.cameras.get(id) as SimulatedCamera;
  }

  #between(lowMs: number, highMs: number): number {
    return lowMs + this.#random() * (highMs - lowMs);
  }
}

/** One way to Redis or to another worker: one network, with an event loop at each end. */
const TRAVEL_MS = [0.5, 5] as const;
/** Time to the first picture, as measured with cameras whose keyframes are a second apart. */
const START_MS = [100, 600] as const;
/** Resolution of all measured times. */
const LOOK_MS = 25;
