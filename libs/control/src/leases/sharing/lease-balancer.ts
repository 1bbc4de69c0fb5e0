import type { Reach } from '../work-reach.ts';
import {
  type CameraCost,
  type HandOverOffer,
  HandOverPolicy,
  type PlannedHandOver,
  type Refusal,
} from './hand-over-policy.ts';
import { MIN_COST_CORES, relativeLoad, type Situation, UNKNOWN_COST_CORES, type WorkerLoad } from './lease-load.ts';
import { TakePolicy } from './take-policy.ts';

export interface LeaseBalancerOptions {
  readonly id: string;
  /** Of the host, shared with its other workers of the queue. */
  readonly capacityCores: number;
  /** Of this worker alone. @defaultValue no limit */
  readonly quotaCores?: number | undefined;
  readonly maxLeases: number;
  /** Monotonic. */
  readonly nowMs: () => number;
  /** From 0 to below 1. @defaultValue Math.random */
  readonly random?: () => number;
}

/** Load of all workers of the queue together, as last read. */
export interface QueueLoad {
  readonly workers: number;
  readonly loadCores: number;
  readonly capacityCores: number;
  /** What all together lack to show every camera at its full frame rate; 0 while nothing is missing. */
  readonly shortCores: number;
}

interface Camera {
  costCores: number;
  readonly sinceMs: number;
  state: 'held' | 'taking-over' | 'handing-over';
  isMeasured: boolean;
  /** It shows a picture: moving it makes no gap. */
  isReady: boolean;
  /** Not offered before, after a hand-over that did not come about. */
  stayUntilMs: number;
  failures: number;
}

/**
 * What one worker decides about leases: when to take a waiting camera, which ones to hand to whom, and which to accept.
 * No I/O: it is told what happens and asked what to do. The simulated clusters of the tests run this class, too.
 */
export class LeaseBalancer {
  readonly #options: LeaseBalancerOptions;
  readonly #take = new TakePolicy();
  readonly #handOver = new HandOverPolicy();
  readonly #cameras = new Map<string, Camera>();
  #others: readonly WorkerLoad[] = [];
  #capacityShare = 1;
  /** Cameras that wait, as last read, without those taken since. */
  #waiting = 0;
  #readWaiting = 0;
  #waitingSinceMs: number | undefined;
  /** Readings in a row of which each found another number waiting: what they say of the others' loads is older than that. */
  #shifts = 0;
  /** Of held and waiting cameras. */
  #totalCores = 0;
  #plansElsewhere = 0;
  readonly #newCosts = new Map<string, number>();
  #isClosing = false;
  #reach: Reach = 'reachable';

  constructor(options: LeaseBalancerOptions) {
    this.#options = options;
  }

  /** As it stands this moment; what the others read. */
  get self(): WorkerLoad {
    const { id, maxLeases, capacityCores, quotaCores = Number.POSITIVE_INFINITY } = this.#options;
    const counted = [...this.#cameras.values()].filter(({ state }) => state !== 'handing-over');
    return {
      id,
      loadCores: counted.reduce((sum, { costCores }) => sum + costCores, 0),
      capacityCores: Math.min(quotaCores, capacityCores * this.#capacityShare),
      cameras: counted.length,
      hasRoom: this.#cameras.size < maxLeases && this.#reach === 'reachable',
      isLeaving: this.#isLeaving,
    };
  }

  get queueLoad(): QueueLoad {
    const all = [this.self, ...this.#others].filter(({ isLeaving }) => !isLeaving);
    const loadCores = all.reduce((sum, worker) => sum + worker.loadCores, 0);
    const capacityCores = all.reduce((sum, worker) => sum + worker.capacityCores, 0);
    return { workers: all.length, loadCores, capacityCores, shortCores: Math.max(0, loadCores - capacityCores) };
  }

  /**
   * @param others what the board says of the other workers
   * @param waiting cameras that nobody holds
   * @param hostWorkers how many workers of this queue share this host's cores, this one included
   */
  boardRead(others: readonly WorkerLoad[], waiting: number, hostWorkers = 1): void {
    this.#others = others;
    this.#capacityShare = 1 / Math.max(1, hostWorkers);
    this.#shifts = waiting === this.#readWaiting ? 0 : this.#shifts + 1;
    this.#readWaiting = waiting;
    this.#waiting = waiting;
    const totalCores = this.queueLoad.loadCores + waiting * this.#typicalCostCores;
    this.#totalCores = this.#shifts === 0 ? totalCores : Math.max(this.#totalCores, totalCores);
    this.#plansElsewhere = 0;
    if (waiting === 0) this.#waitingSinceMs = undefined;
    else this.#waitingSinceMs ??= this.#options.nowMs();
  }

  /**
   * What to do about waiting cameras: `block` until one comes and take it; `look` once, for one that others have left; or
   * undefined: nothing before the next reading of the board.
   */
  takeNow(): { readonly how: 'block' | 'look'; readonly afterMs: number } | undefined {
    const graceMs = this.#take.graceMs({ ...this.#situation, self: this.#selfWithAll }, this.#typicalCostCores);
    if (graceMs === undefined) return undefined;
    if (graceMs === 0) return { how: 'block', afterMs: 0 };
    if (this.#waitingSinceMs === undefined) return undefined;
    return { how: 'look', afterMs: Math.max(0, this.#waitingSinceMs + graceMs - this.#options.nowMs()) };
  }

  /** A look found nothing: others have been there first. */
  nothingWaits(): void {
    this.#waiting = 0;
    this.#waitingSinceMs = undefined;
  }

  /** @param costCores what its last holder measured */
  taken(cameraId: string, costCores: number | undefined, state: 'held' | 'taking-over' = 'held'): void {
    const camera: Camera = {
      costCores: costCores ?? this.#typicalCostCores,
      sinceMs: this.#options.nowMs(),
      state,
      isMeasured: costCores !== undefined,
      isReady: false,
      stayUntilMs: Number.NEGATIVE_INFINITY,
      failures: 0,
    };
    this.#cameras.set(cameraId, camera);
    if (state === 'taking-over') return;
    this.#waiting = Math.max(0, this.#waiting - 1);
    // Where one waited there may be more.
    this.#waitingSinceMs = this.#options.nowMs();
  }

  /** A camera that was being taken over is this worker's now. */
  owned(cameraId: string): void {
    const camera = this.#cameras.get(cameraId);
    if (camera !== undefined) camera.state = 'held';
  }

  ended(cameraId: string): void {
    this.#cameras.delete(cameraId);
  }

  /** A new measurement; small differences change nothing. */
  measured(cameraId: string, costCores: number): void {
    const camera = this.#cameras.get(cameraId);
    if (camera === undefined || !Number.isFinite(costCores)) return;
    const cost = Math.max(MIN_COST_CORES, costCores);
    camera.isMeasured = true;
    if (Math.abs(cost - camera.costCores) <= COST_HYSTERESIS * camera.costCores) return;
    camera.costCores = cost;
    this.#newCosts.set(cameraId, cost);
  }

  /** Whether the camera shows a picture. */
  ready(cameraId: string, isReady: boolean): void {
    const camera = this.#cameras.get(cameraId);
    if (camera !== undefined) camera.isReady = isReady;
  }

  /** Costs that changed since this was last asked. */
  takeNewCosts(): ReadonlyMap<string, number> {
    const costs = new Map(this.#newCosts);
    this.#newCosts.clear();
    return costs;
  }

  /** What to offer now; each counts as going until {@link handOverFailed} or {@link ended}. */
  handOvers(): readonly PlannedHandOver[] {
    if (this.#shifts > 0 && this.#shifts <= MAX_SHIFTS && !this.#isLeaving) return [];
    const movable = this.#movable;
    return movable.length === 0 ? [] : this.#going(this.#handOver.plan(this.#situation, movable));
  }

  /** Where to offer what was refused, by what the refusal said. Not for long on the same readings of the board: they become wrong. */
  handOverElsewhere(): readonly PlannedHandOver[] {
    if (this.#plansElsewhere++ >= MAX_PLANS_ELSEWHERE) return [];
    if (this.#isLeaving) return this.handOvers();
    const planned = this.#handOver.planElsewhere(this.#situation, this.#movable, this.#options.random ?? Math.random);
    return planned === undefined ? [] : this.#going([planned]);
  }

  /**
   * @param to who refused, or did not get the camera running in time
   * @param refusal what it said, if it did
   */
  handOverFailed(cameraId: string, to: string, why: 'refused' | 'not-ready', refusal?: Refusal): void {
    const camera = this.#cameras.get(cameraId);
    if (camera === undefined) return;
    camera.state = 'held';
    // The receiver has died, or it is a camera that takes no second connection: that one is left alone ever longer.
    if (why === 'not-ready') {
      camera.stayUntilMs =
        this.#options.nowMs() + Math.min(2 ** camera.failures++ * FAILURE_PAUSE_MS, MAX_FAILURE_PAUSE_MS);
    }
    // Until the board says otherwise.
    this.#correct(to, () => refusal ?? { hasRoom: false });
  }

  accepts(offer: HandOverOffer): boolean {
    const { cameraId, costCores, donor } = offer;
    if (this.#cameras.has(cameraId)) return false;
    if (!donor.isLeaving && !this.#mayStart(costCores)) return false;
    return this.#handOver.accepts(this.#situation, offer);
  }

  /** To go with a camera's refusal. */
  refusal(costCores: number): Refusal {
    const { loadCores, capacityCores, hasRoom } = this.self;
    return { loadCores, capacityCores, hasRoom: hasRoom && this.#mayStart(costCores) };
  }

  /** From now on it takes nothing, and everything it has is to be handed over. */
  close(): void {
    this.#isClosing = true;
  }

  /**
   * Whether this worker reaches what its work needs. In doubt it takes nothing; cut off, it hands over what it has, to those that are not
   * even in doubt. When all are cut off, as the media Redis is down, everything stays where it is.
   */
  reaches(reach: Reach): void {
    this.#reach = reach;
  }

  get #situation(): Situation {
    return { self: this.self, others: this.#others, waitingCores: this.#waitingCores };
  }

  /** With those that others have just taken, which the board does not say yet. */
  get #waitingCores(): number {
    const waitingCores = this.#waiting * this.#typicalCostCores;
    return this.#shifts === 0 ? waitingCores : Math.max(waitingCores, this.#totalCores - this.queueLoad.loadCores);
  }

  /** With what it may yet keep: taking what waits in place of what it has offered, it would have both. */
  get #selfWithAll(): WorkerLoad {
    const loadCores = [...this.#cameras.values()].reduce((sum, { costCores }) => sum + costCores, 0);
    return { ...this.self, loadCores };
  }

  get #movable(): readonly CameraCost[] {
    const nowMs = this.#options.nowMs();
    const movable: CameraCost[] = [];
    for (const [cameraId, { costCores, state, sinceMs, isMeasured, isReady, stayUntilMs }] of this.#cameras) {
      const isSettled = nowMs >= stayUntilMs && (isMeasured || nowMs - sinceMs >= MEASURING_MS);
      if (state === 'held' && (this.#isLeaving || (isReady && isSettled))) movable.push({ cameraId, costCores });
    }
    return movable;
  }

  #going(planned: readonly PlannedHandOver[]): readonly PlannedHandOver[] {
    for (const { cameraId, to, costCores } of planned) {
      (this.#cameras.get(cameraId) as Camera).state = 'handing-over';
      this.#correct(to, ({ loadCores }) => ({ loadCores: loadCores + costCores }));
    }
    return planned;
  }

  /** What the board says of another worker, by what has become known since. */
  #correct(id: string, known: (worker: WorkerLoad) => Partial<WorkerLoad>): void {
    this.#others = this.#others.map((worker) => (worker.id === id ? { ...worker, ...known(worker) } : worker));
  }

  get #isLeaving(): boolean {
    return this.#isClosing || this.#reach === 'cut-off';
  }

  /** To start a camera costs more than to run it; and yet a new worker shall have its share within seconds. */
  #mayStart(costCores: number): boolean {
    const starting = [...this.#cameras.values()].filter(({ state }) => state === 'taking-over').length;
    const shareCores = relativeLoad(this.queueLoad) * this.self.capacityCores;
    return starting < Math.max(MIN_TAKING_OVER, Math.ceil(shareCores / costCores / BATCHES));
  }

  get #typicalCostCores(): number {
    const all = [this.self, ...this.#others];
    const cameras = all.reduce((sum, worker) => sum + worker.cameras, 0);
    return cameras === 0 ? UNKNOWN_COST_CORES : all.reduce((sum, { loadCores }) => sum + loadCores, 0) / cameras;
  }
}

/** A measurement this much off the one before is news. */
const COST_HYSTERESIS = 0.15;
/** The cost of a camera is known by then, or it has none that can be measured. */
const MEASURING_MS = 3_000;
const FAILURE_PAUSE_MS = 2_000;
const MAX_FAILURE_PAUSE_MS = 600_000;
const MIN_TAKING_OVER = 4;
const BATCHES = 2;
/** Longest time that a worker waits for the others' loads to be true, in readings: some camera may come and go for good. */
const MAX_SHIFTS = 4;
const MAX_PLANS_ELSEWHERE = 6;
