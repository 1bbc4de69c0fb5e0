import { LOCK_DURATION_MS } from '../lease-timing.ts';
import type { CapacityPolicy } from './capacity-policy.ts';
import { type CameraCost, evensOut, loadToTake, type PlannedHandOver, planHandOvers } from './share-rule.ts';
import type { Reach } from './work-reach.ts';
import { commonLevel, type Situation, takesCameras, type WorkerLoad } from './worker-load.ts';

export interface LeaseBalancerOptions {
  readonly id: string;
  readonly capacity: CapacityPolicy;
  readonly maxLeases: number;
  /** Monotonic. */
  readonly nowMs: () => number;
  /** From 0 to below 1. @defaultValue Math.random */
  readonly random?: () => number;
}

/** Load of all workers of the queue together, as last read, in the unit of its capacity policy. */
export interface QueueLoad {
  readonly workers: number;
  readonly load: number;
  readonly capacity: number;
  /** Capacity that the workers lack in total; 0 while they can carry their cameras. */
  readonly short: number;
}

/** An offered camera, and the load of its donor. */
export interface HandOverOffer extends CameraCost {
  readonly donor: Pick<WorkerLoad, 'load' | 'capacity' | 'isLeaving'>;
}

export interface BoardReading {
  /** Load lines of the other workers. */
  readonly others: readonly WorkerLoad[];
  /** Cameras that nobody holds. */
  readonly waiting: number;
  /** Waiting cameras that every worker has had its turn to take. @defaultValue 0 */
  readonly leftOver?: number;
  /** Workers of the queue on this host, this one included. @defaultValue 1 */
  readonly hostWorkers?: number;
}

interface Camera {
  cost: number;
  /** Whether the cost is known rather than guessed. */
  isMeasured: boolean;
  state: 'held' | 'taking-over' | 'handing-over';
  /** Has output, so a hand-over leaves no gap. */
  isReady: boolean;
  /** Not offered before this time, because a receiver did not get it running. */
  stayUntilMs: number;
  failures: number;
}

/**
 * Decides for one worker: how many waiting cameras to take, which of its own to hand to whom, and which to accept. Does no I/O: callers report
 * events and ask for decisions.
 */
export class LeaseBalancer {
  readonly #options: LeaseBalancerOptions;
  readonly #policy: CapacityPolicy;
  readonly #cameras = new Map<string, Camera>();
  readonly #newCosts = new Map<string, number>();
  #others: readonly WorkerLoad[] = [];
  #hostWorkers = 1;
  /** Waiting cameras as last read, minus those taken since. */
  #waiting = 0;
  /** Waiting cameras that every worker has had its turn to take, as last read, minus those taken since. */
  #leftOver = 0;
  #isClosing = false;
  #reach: Reach = 'reachable';

  constructor(options: LeaseBalancerOptions) {
    this.#options = options;
    this.#policy = options.capacity;
  }

  /** Current load of this worker, as published to the others. */
  get self(): WorkerLoad {
    const counted = [...this.#cameras.values()].filter(({ state }) => state !== 'handing-over');
    return {
      id: this.#options.id,
      load: loadOf(counted),
      capacity: this.#policy.capacity(this.#hostWorkers),
      cameras: counted.length,
      hasRoom: this.#cameras.size < this.#options.maxLeases && this.#reach === 'reachable',
      isLeaving: this.#isLeaving,
    };
  }

  get queueLoad(): QueueLoad {
    const all = [this.self, ...this.#others].filter(({ isLeaving }) => !isLeaving);
    const load = loadOf(all.map((worker) => ({ cost: worker.load })));
    const capacity = all.reduce((sum, worker) => sum + worker.capacity, 0);
    return { workers: all.length, load, capacity, short: Math.max(0, load - capacity) };
  }

  boardRead({ others, waiting, leftOver = 0, hostWorkers = 1 }: BoardReading): void {
    this.#others = others;
    this.#waiting = waiting;
    this.#leftOver = leftOver;
    this.#hostWorkers = hostWorkers;
  }

  /** How many waiting cameras to take; 0 to leave them to others. Assumes at least one, since the last reading may be stale. */
  takeNow(): number {
    const self = this.#selfWithOffered;
    if (!takesCameras(self)) return 0;
    const cost = this.#typicalCost;
    const waiting = Math.max(1, this.#waiting);
    const situation = { self, others: this.#others, waitingLoad: waiting * cost };
    const load = loadToTake(situation, this.#leftOver * cost);
    if (load <= 0) return 0;
    return Math.min(waiting, Math.max(1, Math.round(load / cost)), this.#options.maxLeases - this.#cameras.size);
  }

  /** @param reported cost as last measured by a holder */
  taken(cameraId: string, reported: number | undefined, state: 'held' | 'taking-over' = 'held'): void {
    const cost = this.#policy.costOf(reported);
    this.#cameras.set(cameraId, {
      cost: cost ?? this.#typicalCost,
      isMeasured: cost !== undefined,
      state,
      isReady: false,
      stayUntilMs: Number.NEGATIVE_INFINITY,
      failures: 0,
    });
    if (state === 'taking-over') return;
    this.#waiting = Math.max(0, this.#waiting - 1);
    this.#leftOver = Math.max(0, this.#leftOver - 1);
  }

  /** Reports that the successor of a camera, this worker, now holds it. */
  owned(cameraId: string): void {
    const camera = this.#cameras.get(cameraId);
    if (camera !== undefined) camera.state = 'held';
  }

  ended(cameraId: string): void {
    this.#cameras.delete(cameraId);
  }

  /** Reports a measurement. Differences within the policy's noise are ignored. */
  measured(cameraId: string, reported: number): void {
    const camera = this.#cameras.get(cameraId);
    const cost = this.#policy.costOf(reported);
    if (camera === undefined || cost === undefined) return;
    const isNews = !camera.isMeasured || Math.abs(cost - camera.cost) > this.#policy.noise * camera.cost;
    camera.isMeasured = true;
    if (!isNews) return;
    camera.cost = cost;
    this.#newCosts.set(cameraId, cost);
  }

  /** Reports whether the camera has output. */
  ready(cameraId: string, isReady: boolean): void {
    const camera = this.#cameras.get(cameraId);
    if (camera !== undefined) camera.isReady = isReady;
  }

  /** Returns the costs that have changed since the last call. */
  takeNewCosts(): ReadonlyMap<string, number> {
    const costs = new Map(this.#newCosts);
    this.#newCosts.clear();
    return costs;
  }

  /** Cameras to offer now. Each counts as leaving until {@link handOverFailed} or {@link ended}. */
  handOvers(): readonly PlannedHandOver[] {
    // Taking the waiting cameras evens out loads first, and the board does not show those just taken.
    if (this.#waiting > 0 && !this.#isLeaving) return [];
    const { random = Math.random } = this.#options;
    const planned = planHandOvers(this.#situation, this.#movable, this.#policy.noise, random);
    for (const { cameraId } of planned) (this.#cameras.get(cameraId) as Camera).state = 'handing-over';
    return planned;
  }

  /** @param to receiver that refused, or did not get the camera running in time */
  handOverFailed(cameraId: string, to: string, why: 'refused' | 'not-ready'): void {
    const camera = this.#cameras.get(cameraId);
    if (camera === undefined) return;
    camera.state = 'held';
    if (why === 'not-ready') {
      const pauseMs = Math.min(2 ** camera.failures++ * FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
      camera.stayUntilMs = this.#options.nowMs() + pauseMs;
    }
    // Skips this receiver until the next reading.
    this.#others = this.#others.map((worker) => (worker.id === to ? { ...worker, hasRoom: false } : worker));
  }

  accepts({ cameraId, cost, donor }: HandOverOffer): boolean {
    const { self } = this;
    if (this.#cameras.has(cameraId) || !takesCameras(self)) return false;
    return donor.isLeaving || (this.#mayStartOneMore && evensOut(donor, self, cost, this.#policy.noise));
  }

  /** Takes nothing from now on, and offers every camera. */
  close(): void {
    this.#isClosing = true;
  }

  /**
   * Reports whether this worker reaches what its work needs. A doubtful worker takes nothing. A worker that is cut off hands its cameras to
   * reachable ones. If all are cut off, e.g. because the media Redis is down, cameras stay where they are.
   */
  reaches(reach: Reach): void {
    this.#reach = reach;
  }

  get #situation(): Situation {
    return { self: this.self, others: this.#others, waitingLoad: this.#waiting * this.#typicalCost };
  }

  /** Also counts offered cameras: an offer may be refused, and then this worker would hold both that camera and one taken in its place. */
  get #selfWithOffered(): WorkerLoad {
    return { ...this.self, load: loadOf([...this.#cameras.values()]) };
  }

  get #movable(): readonly CameraCost[] {
    const nowMs = this.#options.nowMs();
    return [...this.#cameras].flatMap(([cameraId, { cost, state, isMeasured, isReady, stayUntilMs }]) => {
      const isMovable = this.#isLeaving || (isReady && isMeasured && nowMs >= stayUntilMs);
      return state === 'held' && isMovable ? [{ cameraId, cost }] : [];
    });
  }

  get #isLeaving(): boolean {
    return this.#isClosing || this.#reach === 'cut-off';
  }

  /** Starting a camera costs more than running it, so a large share starts in two halves. */
  get #mayStartOneMore(): boolean {
    const { self } = this;
    const starting = [...this.#cameras.values()].filter(({ state }) => state === 'taking-over').length;
    const shareLoad = commonLevel(this.#situation) * self.capacity;
    return starting < Math.max(STARTS_AT_ONCE, shareLoad / this.#typicalCost / 2);
  }

  get #typicalCost(): number {
    const all = [this.self, ...this.#others];
    const cameras = all.reduce((sum, worker) => sum + worker.cameras, 0);
    return cameras === 0 ? this.#policy.unknownCost : all.reduce((sum, { load }) => sum + load, 0) / cameras;
  }
}

function loadOf(cameras: readonly { readonly cost: number }[]): number {
  return cameras.reduce((sum, { cost }) => sum + cost, 0);
}

/** A small share starts at once. In halves, a worker whose share is two of six cameras would wait one more reading. */
const STARTS_AT_ONCE = 4;
/** A receiver that has died is off the board by then, since its line lasts as long as a lock. */
const FIRST_PAUSE_MS = LOCK_DURATION_MS;
/** On a camera that allows one connection, each attempt spends 12 s on a second one in vain: 2 % of the time. */
const LONGEST_PAUSE_MS = 600_000;
