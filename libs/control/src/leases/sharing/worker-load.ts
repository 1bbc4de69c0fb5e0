/** What the workers of a queue know of each other. Loads and capacities are in the unit of the queue's `CapacityPolicy`. */

export interface WorkerLoad {
  readonly id: string;
  /** Sum of its cameras' costs: with those it is taking over, without those it has offered. */
  readonly load: number;
  /** What it can carry; above 0. */
  readonly capacity: number;
  /** Cameras behind {@link load}. */
  readonly cameras: number;
  /** Whether it may hold one camera more. */
  readonly hasRoom: boolean;
  /** It hands over what it has and takes nothing: it is closing, or cut off from what its work needs. */
  readonly isLeaving: boolean;
}

export type Balance = Pick<WorkerLoad, 'load' | 'capacity'>;

/** Whether it may be given a camera. */
export function takesCameras({ hasRoom, isLeaving }: WorkerLoad): boolean {
  return hasRoom && !isLeaving;
}

/** What a worker knows when it decides. */
export interface Situation {
  readonly self: WorkerLoad;
  readonly others: readonly WorkerLoad[];
  /** Cost of the cameras that nobody holds, together. */
  readonly waitingLoad: number;
}

/**
 * Load per capacity that all would have if everything were shared out. Leaving workers add load but no capacity. Others that cannot come nearer to the level do
 * not count, so that the rest still shares evenly: those above it with a single camera, and those below it without room.
 */
export function commonLevel({ self, others, waitingLoad }: Situation): number {
  let [load, capacity] = [waitingLoad, 0];
  for (const worker of [self, ...others]) {
    load += worker.load;
    if (!worker.isLeaving) capacity += worker.capacity;
  }
  const level = load / capacity;
  const isStuck = (worker: WorkerLoad) => {
    const surplus = worker.load - level * worker.capacity;
    const canChange = surplus > 0 ? worker.cameras > 1 : worker.hasRoom;
    return !worker.isLeaving && !canChange && Math.abs(surplus) > ROUNDING * load;
  };
  const sharing = others.filter((worker) => !isStuck(worker));
  return sharing.length === others.length ? level : commonLevel({ self, others: sharing, waitingLoad });
}

/** Sums of loads that are equal may differ by this fraction. */
const ROUNDING = 1e-9;
