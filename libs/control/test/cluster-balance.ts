/** How even a simulated cluster is, and how much must move until it is, by the true owners of the cameras. */
import type { SimulatedCluster, SimulatedWorker } from './simulated-cluster.ts';

interface Share {
  readonly worker: SimulatedWorker;
  load: number;
  smallestCores: number;
}

/**
 * Whether every camera has an owner, and no camera of the most loaded worker would bring it nearer to the least loaded one, by the loads that
 * the workers know. `MARGIN` allows for what workers ignore: changes of a cost below 15 %, and moves worth less than 15 % of a camera.
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

/** Least cores that must move, if cameras could be split: those above the common level, and all of leaving workers. */
export function coresToMove(cluster: SimulatedCluster): number {
  const shares = sharesOf(cluster);
  const capacityOf = (worker: SimulatedWorker) => (isLeaving(worker) ? 0 : worker.capacity);
  const sum = (of: (share: Share) => number) => shares.reduce((total, share) => total + of(share), 0);
  const level = sum(({ load }) => load) / sum(({ worker }) => capacityOf(worker));
  return sum(({ load, worker }) => Math.max(0, load - level * capacityOf(worker)));
}

/** Whether the worker's idea of its load is near the truth. */
function knowsItsLoad({ worker, load }: Share): boolean {
  return Math.abs(worker.balancer.self.load - load) <= 0.18 * load + 1e-9;
}

/** Whether the worker should end up without cameras, even if it does not know that yet. */
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
