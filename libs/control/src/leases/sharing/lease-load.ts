/** What the workers of a queue know of each other: the numbers that all decisions about who works on which camera rest on. */

export interface WorkerLoad {
  readonly id: string;
  /** Cores that its cameras take at their full frame rate: with those it is taking over, without those it is handing over. */
  readonly loadCores: number;
  /** Cores that it may use; above 0. */
  readonly capacityCores: number;
  /** Cameras behind {@link loadCores}. */
  readonly cameras: number;
  /** Whether it may hold one camera more. */
  readonly hasRoom: boolean;
  /** It hands over what it has, and takes nothing: it ends, or is cut off from what its work needs. */
  readonly isLeaving: boolean;
}

/** What a worker knows when it decides. */
export interface Situation {
  readonly self: WorkerLoad;
  readonly others: readonly WorkerLoad[];
  /** Cores of the cameras that nobody holds: those below the common level will take them. */
  readonly waitingCores: number;
}

/** Share of its capacity that a worker's cameras take: 1 is full. */
export function relativeLoad({ loadCores, capacityCores }: Pick<WorkerLoad, 'loadCores' | 'capacityCores'>): number {
  return loadCores / capacityCores;
}

/**
 * Relative load that all would have if everything were shared out; those that leave share in nothing, their cameras count.
 * @param waitingCores of cameras that nobody holds yet
 */
export function commonLevel(workers: readonly WorkerLoad[], waitingCores: number): number {
  const loadCores = workers.reduce((sum, worker) => sum + worker.loadCores, waitingCores);
  return loadCores / workers.reduce((sum, { capacityCores, isLeaving }) => sum + (isLeaving ? 0 : capacityCores), 0);
}

/** Cores that a worker is below the common level; negative above it, and what it has when it leaves. */
export function missingCoresOf({ self, others, waitingCores }: Situation): (worker: WorkerLoad) => number {
  const level = commonLevel([self, ...others], waitingCores);
  return ({ loadCores, capacityCores, isLeaving }) => level * (isLeaving ? 0 : capacityCores) - loadCores;
}

/** Whether it may be given a camera. */
export function takesCameras({ hasRoom, isLeaving }: WorkerLoad): boolean {
  return hasRoom && !isLeaving;
}

/** A camera that shows nothing is not free: it has a connection, and may come back. */
export const MIN_COST_CORES = 0.01;
/** Of a camera that nobody has measured yet: a 720p picture at 25 frames/s, decoded and encoded once. */
export const UNKNOWN_COST_CORES = 0.15;
