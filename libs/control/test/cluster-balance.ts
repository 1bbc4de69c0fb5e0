/** How even a simulated cluster is, and how much has to move until it is, by who really owns the cameras. */
import type { SimulatedCluster, SimulatedWorker } from './simulated-cluster.ts';

interface Share {
  readonly worker: SimulatedWorker;
  load: number;
  smallestCores: number;
}

/**
 * Every camera has an owner, and no camera of the most loaded worker would even out its difference to the least loaded one, by
 * what the workers know: a cost that has changed by less than 15 % is no news to them. The margin is that, and the tenth of a
 * camera that a move has to be worth.
 */
export function isEven(cluster: SimulatedCluster): boolean {
  if (cluster.ownerless.length > 0) return false;
  const all = sharesOf(cluster);
  if (all.some(({ worker, load }) => isLeaving(worker) && load > 0)) return false;
  const shares = all.filter(({ worker }) => !isLeaving(worker));
  const relative = ({ worker }: Share) => worker.balancer.self.load / worker.capacity;
  const most = shares.reduce((a, b) => (relative(b) > relative(a) ? b : a));
  const least = shares.reduce((a, b) => (relative(b) < relative(a) ? b : a));
  if (!shares.every(knowsItsLoad)) return false;
  if (!Number.isFinite(most.smallestCores)) return true;
  const camera = most.smallestCores / 2 / most.worker.capacity + most.smallestCores / 2 / least.worker.capacity;
  return relative(most) - relative(least) <= camera * MARGIN + 1e-9;
}

/** Cores of cameras above the common level, and all of workers that leave: what has to move at the least, in cameras of any size. */
export function coresToMove(cluster: SimulatedCluster): number {
  const shares = sharesOf(cluster);
  const capacityOf = (worker: SimulatedWorker) => (isLeaving(worker) ? 0 : worker.capacity);
  const sum = (of: (share: Share) => number) => shares.reduce((total, share) => total + of(share), 0);
  const level = sum(({ load }) => load) / sum(({ worker }) => capacityOf(worker));
  return sum(({ load, worker }) => Math.max(0, load - level * capacityOf(worker)));
}

/** Whether each worker's idea of its load is near the truth. */
function knowsItsLoad({ worker, load }: Share): boolean {
  return Math.abs(worker.balancer.self.load - load) <= 0.18 * load + 1e-9;
}

/** Whether it should have nothing, known to it or not. */
function isLeaving({ process }: SimulatedWorker): boolean {
  return process.isEnding || !process.reachesMedia;
}

function sharesOf(cluster: SimulatedCluster): Share[] {
  const shares = new Map<SimulatedWorker, Share>(
    cluster.alive.map((worker) => [worker, { worker, load: 0, smallestCores: Number.POSITIVE_INFINITY }]),
  );
  for (const { owner, cost } of cluster.cameras.values()) {
    const share = owner && shares.get(owner);
    if (share === undefined) continue;
    share.load += cost;
    share.smallestCores = Math.min(share.smallestCores, cost);
  }
  return [...shares.values()];
}

const MARGIN = 1.4;
