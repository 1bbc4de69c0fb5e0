/**
 * What changes cost large clusters, on a fake clock, with the class that real workers decide with. Writes JSON, a line for each size.
 * Arguments: seeds, then sizes as workers:cameras. `node --import ./test/ts-loader.mjs test/simulate-scale.ts 3 16:400 200:5000`
 */
import { coresToMove, isEven } from './cluster-balance.ts';
import { randomOf } from './random.ts';
import { SimulatedCluster } from './simulated-cluster.ts';

interface Outcome {
  readonly change: string;
  /** Until all was even for good, the slowest seed; NaN when it never was. */
  readonly evenAfterMs: number;
  /** By how much of their capacity the most and the least loaded worker differ after 5 s. */
  readonly spreadAfter5S: number;
  readonly longestOwnerlessMs: number;
  /** Cameras that were handed over. */
  readonly moves: number;
  /** Cores of all cameras that changed their owner or got one, by the least that had to. */
  readonly workShare: number;
}

type Change = (cluster: SimulatedCluster, workers: number) => void;

const CAPACITY_CORES = 4;
const LOOK_MS = 50;
const WATCHED_MS = 15_000;

const CHANGES: Readonly<Record<string, Change>> = {
  'one worker joins': (cluster) => void cluster.join(CAPACITY_CORES),
  'half as many again join': (cluster, workers) => {
    for (let index = 0; index < workers / 2; index++) cluster.join(CAPACITY_CORES);
  },
  'one worker is stopped in order': (cluster) => first(cluster, 1, (worker) => cluster.leave(worker)),
  'one worker dies': (cluster) => first(cluster, 1, (worker) => cluster.crash(worker)),
  'one in ten dies': (cluster, workers) => first(cluster, workers / 10, (worker) => cluster.crash(worker)),
};

const [seeds, ...sizes] = process.argv.slice(2) as [string, ...string[]];
for (const size of sizes) {
  const [workers, cameras] = size.split(':').map(Number) as [number, number];
  const outcomes = [start(workers, cameras), ...Object.keys(CHANGES).map((change) => run(change, workers, cameras))];
  process.stdout.write(`${JSON.stringify({ workers, cameras, outcomes })}\n`);
}

/** All cameras are offered at once to workers that have nothing. */
function start(workers: number, cameras: number): Outcome {
  return worst('all cameras at once', (seed) => {
    const cluster = join(seed, workers);
    offer(cluster, cameras, seed);
    return observe(cluster);
  });
}

function run(change: string, workers: number, cameras: number): Outcome {
  return worst(change, (seed) => {
    const cluster = join(seed, workers);
    offer(cluster, cameras, seed);
    cluster.run(WATCHED_MS);
    CHANGES[change]?.(cluster, workers);
    return observe(cluster);
  });
}

function join(seed: number, workers: number): SimulatedCluster {
  const cluster = new SimulatedCluster(randomOf(seed));
  for (let index = 0; index < workers; index++) cluster.join(CAPACITY_CORES);
  cluster.run(1_000);
  return cluster;
}

/** Three quarters of what the workers can do, in cameras of which the dearest takes four times the cheapest. */
function offer(cluster: SimulatedCluster, cameras: number, seed: number): void {
  const random = randomOf(seed + 1_000);
  const meanCores = (0.75 * CAPACITY_CORES * cluster.workers.length) / cameras;
  for (let index = 0; index < cameras; index++) cluster.offer(`cam-${index}`, meanCores * (0.4 + 1.2 * random()));
}

function observe(cluster: SimulatedCluster): Omit<Outcome, 'change'> {
  cluster.forgetTimes();
  const before = { moves: cluster.moves, movedCores: cluster.movedCores, nowMs: cluster.nowMs };
  const orphaned = [...cluster.cameras.values()].filter(({ owner }) => owner === undefined);
  const orphanedCores = orphaned.reduce((sum, { costCores }) => sum + costCores, 0);
  const leastCores = orphanedCores + coresToMove(cluster);
  let evenSinceMs: number | undefined;
  let spreadAfter5S = Number.NaN;
  for (let passedMs = LOOK_MS; passedMs <= WATCHED_MS; passedMs += LOOK_MS) {
    cluster.run(LOOK_MS);
    if (passedMs === 5_000) spreadAfter5S = spreadOf(cluster);
    if (!isEven(cluster)) evenSinceMs = undefined;
    else evenSinceMs ??= cluster.nowMs;
  }
  return {
    evenAfterMs: (evenSinceMs ?? Number.NaN) - before.nowMs,
    spreadAfter5S,
    longestOwnerlessMs: cluster.longestOwnerlessMs,
    moves: cluster.moves - before.moves,
    workShare: (orphanedCores + cluster.movedCores - before.movedCores) / leastCores,
  };
}

function spreadOf(cluster: SimulatedCluster): number {
  const staying = cluster.alive.filter(({ balancer }) => !balancer.self.isLeaving);
  const loads = staying.map((worker) => cluster.loadOf(worker) / worker.capacityCores);
  return Math.max(...loads) - Math.min(...loads);
}

function worst(change: string, of: (seed: number) => Omit<Outcome, 'change'>): Outcome {
  const all = Array.from({ length: Number(seeds) }, (_, index) => of(index + 1));
  const most = (value: (outcome: Omit<Outcome, 'change'>) => number) => Math.max(...all.map(value));
  return {
    change,
    evenAfterMs: most(({ evenAfterMs }) => evenAfterMs),
    spreadAfter5S: most(({ spreadAfter5S }) => spreadAfter5S),
    longestOwnerlessMs: most(({ longestOwnerlessMs }) => longestOwnerlessMs),
    moves: most(({ moves }) => moves),
    workShare: most(({ workShare }) => workShare),
  };
}

function first(
  cluster: SimulatedCluster,
  count: number,
  happen: (worker: SimulatedCluster['workers'][number]) => void,
): void {
  for (const worker of cluster.alive.slice(0, Math.ceil(count))) happen(worker);
}
