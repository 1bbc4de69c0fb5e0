import { LeaseHandOvers } from '../hand-over/lease-hand-overs.ts';
import type { LeaseMessage, LeaseMessages } from '../hand-over/lease-message.ts';
import type { LeaseWorker, LeaseWorkerLoad, LeaseWorkerOptions } from '../lease.ts';
import { SYNC_INTERVAL_MS } from '../lease-timing.ts';
import { type LeaseClock, Pause } from '../ledger/lease-clock.ts';
import { type LeaseLogger, LeaseTable } from '../ledger/lease-table.ts';
import type { LeaseBalancer } from '../sharing/lease-balancer.ts';
import { WorkReach } from '../sharing/work-reach.ts';
import type { LeaseStore } from '../store/lease-store.ts';
import { BalancedLeases } from './balanced-leases.ts';
import { LeaseRunner } from './lease-runner.ts';
import { LeaseSync } from './lease-sync.ts';
import { LeaseTaker } from './lease-taker.ts';

export interface LeaseWorkerCoreDeps {
  readonly store: LeaseStore;
  readonly messages: LeaseMessages;
  readonly balancer: LeaseBalancer;
  readonly clock: LeaseClock;
  /** Workers on one host share its cores. */
  readonly host: string;
  readonly lockDurationMs: number;
  /** From 0 to below 1. @defaultValue Math.random */
  readonly random?: () => number;
  readonly logger?: LeaseLogger | undefined;
  readonly onRunFailed: (cameraId: string, error: unknown) => void;
  readonly onError: (error: unknown) => void;
}

/** A lease worker with injected store, messages and clock: those of Redis and this process, or of a simulation. */
export class LeaseWorkerCore implements LeaseWorker {
  readonly #deps: LeaseWorkerCoreDeps;
  readonly #instanceId: string;
  readonly #table: LeaseTable;
  readonly #handOvers: LeaseHandOvers;
  readonly #sync: LeaseSync;
  readonly #taker: LeaseTaker;
  readonly #runner: LeaseRunner;
  readonly #untilNextSync: Pause;
  #isSyncDue = false;
  #isStopped = false;
  #syncing: Promise<void> | undefined;

  constructor(deps: LeaseWorkerCoreDeps, options: Pick<LeaseWorkerOptions, 'instanceId' | 'reaches' | 'run'>) {
    this.#deps = deps;
    this.#instanceId = options.instanceId;
    const { store, balancer, clock, messages, onError } = deps;
    this.#table = new LeaseTable(deps);
    // The balancer comes first, because the later observers act on its numbers.
    this.#table.observe(new BalancedLeases(this.#table, balancer));
    const shared = { ...deps, table: this.#table };
    this.#handOvers = new LeaseHandOvers({ ...shared, messages, instanceId: options.instanceId });
    this.#sync = new LeaseSync({ ...shared, reach: new WorkReach(options.reaches ?? (() => Promise.resolve())) });
    this.#taker = new LeaseTaker({ store, table: this.#table, balancer, clock, onError });
    this.#runner = new LeaseRunner({ ...shared, run: options.run });
    // A removed lease makes room for a waiting camera.
    this.#table.observe({ leaseRemoved: () => this.#taker.look() });
    // Publishes the new load at once: by the old line, others would leave this worker too many cameras.
    this.#table.observe({ leaseAdded: ({ isSuccessor }) => isSuccessor || this.#syncNow() });
    this.#untilNextSync = new Pause(clock);
  }

  get held(): readonly string[] {
    return this.#table.held.map(({ cameraId }) => cameraId);
  }

  get load(): LeaseWorkerLoad {
    const { self, queueLoad } = this.#deps.balancer;
    return { load: self.load, capacity: self.capacity, short: queueLoad.short };
  }

  /** Resolves after the first sync, answered or not. */
  async start(): Promise<void> {
    if (this.#syncing !== undefined) throw new TypeError('a lease worker starts once');
    const first = this.#sync.exchange();
    this.#syncing = this.#keepInSync();
    await first;
  }

  /** Reports that some lease may be free. */
  leaseFree(): void {
    this.#taker.look();
  }

  /** Handles a hint that this camera was withdrawn. Asks the store, which knows. */
  leaseWithdrawn(cameraId: string): void {
    if (this.#table.has(cameraId)) this.#syncNow();
  }

  onMessage(message: LeaseMessage): void {
    this.#handOvers.onMessage(message);
  }

  async close(): Promise<void> {
    const { balancer, store, onError } = this.#deps;
    balancer.close();
    this.#runner.close();
    await this.#taker.stop();
    await this.#handAllOver();
    await this.#handOvers.close();
    await this.#runner.giveAllBack();
    this.#isStopped = true;
    this.#untilNextSync.end();
    await this.#syncing;
    await this.#sync.stop();
    // If this fails, the line expires after 1.5 s.
    await store.leave(this.#instanceId).catch(onError);
  }

  async #keepInSync(): Promise<void> {
    while (!this.#isStopped) {
      this.#isSyncDue = false;
      const nextInMs = await this.#syncOnce();
      if (!this.#isSyncDue && !this.#isStopped) await this.#untilNextSync.wait(nextInMs);
    }
  }

  /** @returns time until the next sync, ms */
  async #syncOnce(): Promise<number> {
    const { balancer, clock, random = Math.random } = this.#deps;
    const sentAtMs = clock.nowMs();
    const answer = await this.#sync.exchange();
    if (answer === undefined) return RETRY_MS;
    this.#handOvers.remind();
    this.#handOvers.offer(balancer.handOvers());
    if (answer.waiting > 0) this.#taker.look();
    const regularInMs = sentAtMs + SYNC_INTERVAL_MS * (1 - JITTER * random()) - clock.nowMs();
    // A living holder renews long before its lock expires. A dead one's cameras can be taken from that moment on.
    const expiryInMs = (answer.nextExpiryMs ?? Number.POSITIVE_INFINITY) + 1;
    return Math.max(0, Math.min(regularInMs, expiryInMs));
  }

  #syncNow(): void {
    this.#isSyncDue = true;
    this.#untilNextSync.end();
  }

  /** Hands over every camera that another worker accepts. A receiver that refuses is skipped until the next reading of the board. */
  async #handAllOver(): Promise<void> {
    const { balancer, clock } = this.#deps;
    const limitAtMs = clock.nowMs() + CLOSE_LIMIT_MS;
    while (this.held.length > 0 && clock.nowMs() < limitAtMs) {
      // An earlier offer may have been refused because this worker was not leaving yet. Reads the board and offers again.
      if (!this.#handOvers.isPending) {
        if ((await this.#sync.exchange()) === undefined) return;
        this.#handOvers.offer(balancer.handOvers());
        if (!this.#handOvers.isPending) return;
      }
      await new Pause(clock).wait(CLOSE_POLL_MS);
    }
  }
}

/** Fraction of the interval. Without it, workers woken together by a free camera would keep syncing, and offering, at the same moment. */
const JITTER = 0.2;
const RETRY_MS = 100;
/** Cameras not handed over by then are given back. */
const CLOSE_LIMIT_MS = 5_000;
const CLOSE_POLL_MS = 25;
