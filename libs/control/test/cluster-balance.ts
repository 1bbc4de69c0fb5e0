/** How even a simulated cluster is, and how much has to move until it is, by who really owns the cameras. */
import type { SimulatedCluster, SimulatedWorker } from './simulated-cluster.ts';

interface Share {
  readonly worker: SimulatedWorker;
  loadCores: number;
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
  if (all.some(({ worker, loadCores }) => isLeaving(worker) && loadCores > 0)) return false;
  const shares = all.filter(({ worker }) => !isLeaving(worker));
  const relative = ({ worker }: Share) => worker.balancer.self.loadCores / worker.capacityCores;
  const most = shares.reduce((a, b) => (relative(b) > relative(a) ? b : a));
  const least = shares.reduce((a, b) => (relative(b) < relative(a) ? b : a));
  if (!shares.every(knowsItsLoad)) return false;
  if (!Number.isFinite(most.smallestCores)) return true;
  const camera =
    most.smallestCores / 2 / most.worker.capacityCores + most.smallestCores / 2 / least.worker.capacityCores;
  return relative(most) - relative(least) <= camera * MARGIN + 1e-9;
}

/** Cores of cameras above the common level, and all of workers that leave: what has to move at the least, in cameras of any size. */
export function coresToMove(cluster: SimulatedCluster): number {
  const shares = sharesOf(cluster);
  const capacityOf = (worker: SimulatedWorker) => (isLeaving(worker) ? 0 : worker.capacityCores);
  const sum = (of: (share: Share) => number) => shares.reduce((total, share) => total + of(share), 0);
  const level = sum(({ loadCores }) => loadCores) / sum(({ worker }) => capacityOf(worker));
  return sum(({ loadCores, worker }) => Math.max(0, loadCores - level * capacityOf(worker)));
}

/** Whether each worker's idea of its load is near the truth. */
function knowsItsLoad({ worker, loadCores }: Share): boolean {
  return Math.abs(worker.balancer.self.loadCores - loadCores) <= 0.18 * loadCores + 1e-9;
}

function isLeaving({ balancer }: SimulatedWorker): boolean {
  return balancer.self.isLeaving;
}

function sharesOf(cluster: SimulatedCluster): Share[] {
  const shares = new Map<SimulatedWorker, Share>(
    cluster.alive.map((worker) => [worker, { worker, loadCores: 0, smallestCores: Number.POSITIVE_INFINITY }]),
  );
  for (const { owner, costCores } of cluster.cameras.values()) {
    const share = owner && shares.get(owner);
    if (share === undefined) continue;
    share.loadCores += costCores;
    share.smallestCores = Math.min(share.smallestCores, costCores);
  }
  return [...shares.values()];
}

const MARGIN = 1.4;
