/** Loads that the workers of a queue publish. Loads and capacities are in the unit of the queue's `CapacityPolicy`. */

export interface WorkerLoad {
  readonly id: string;
  /** Total cost of its cameras, including those it is taking over, excluding those it has offered. */
  readonly load: number;
  /** Highest load that it can carry; above 0. */
  readonly capacity: number;
  /** Number of cameras in {@link load}. */
  readonly cameras: number;
  /** Whether it may take one more camera. */
  readonly hasRoom: boolean;
  /** Hands over its cameras and takes none, because it is closing or cut off from what its work needs. */
  readonly isLeaving: boolean;
}

export type Balance = Pick<WorkerLoad, 'load' | 'capacity'>;

export function takesCameras({ hasRoom, isLeaving }: WorkerLoad): boolean {
  return hasRoom && !isLeaving;
}

/** Everything a worker bases its decisions on. */
export interface Situation {
  readonly self: WorkerLoad;
  readonly others: readonly WorkerLoad[];
  /** Total cost of the cameras that nobody holds. */
  readonly waitingLoad: number;
}

/**
 * Load per capacity that every worker would have if all were even. Leaving workers add load but no capacity. Other workers that cannot come
 * nearer to the level are left out, so that the rest still shares evenly: those above it with a single camera, and full ones below it.
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

/** Fraction by which equal sums of loads may differ. */
const ROUNDING = 1e-9;
