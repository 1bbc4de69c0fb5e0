/**
 * Simulates what changes cost large clusters, on a fake clock with the classes of real workers. Writes one line of JSON per size.
 * Arguments: seeds, then sizes as workers:cameras. `node --import ./test/ts-loader.mjs test/simulate-scale.ts 3 16:400 200:5000`
 */
import { coresToMove, isEven } from './cluster-balance.ts';
import { randomOf } from './random.ts';
import { SimulatedCluster } from './simulated-cluster.ts';

interface Outcome {
  readonly change: string;
  /** Until the cluster was even and stayed so; NaN if it never was. */
  readonly evenAfterMs: number;
  /** Difference in load per capacity between the most and the least loaded worker after 5 s. */
  readonly spreadAfter5S: number;
  readonly longestOwnerlessMs: number;
  /** Number of cameras handed over. */
  readonly moves: number;
  /** Cores of all cameras that changed or got an owner, divided by the least possible. */
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
  const outcomes = [await start(workers, cameras)];
  for (const change of Object.keys(CHANGES)) outcomes.push(await run(change, workers, cameras));
  process.stdout.write(`${JSON.stringify({ workers, cameras, outcomes })}\n`);
}

/** Offers all cameras at once to workers that have none. */
function start(workers: number, cameras: number): Promise<Outcome> {
  return worst('all cameras at once', async (seed) => {
    const cluster = await join(seed, workers);
    offer(cluster, cameras, seed);
    return observe(cluster);
  });
}

function run(change: string, workers: number, cameras: number): Promise<Outcome> {
  return worst(change, async (seed) => {
    const cluster = await join(seed, workers);
    offer(cluster, cameras, seed);
    await cluster.run(WATCHED_MS);
    CHANGES[change]?.(cluster, workers);
    return observe(cluster);
  });
}

async function join(seed: number, workers: number): Promise<SimulatedCluster> {
  const cluster = new SimulatedCluster(randomOf(seed));
  for (let index = 0; index < workers; index++) cluster.join(CAPACITY_CORES);
  await cluster.run(1_000);
  return cluster;
}

/** Offers cameras for three quarters of the total capacity. The dearest costs four times the cheapest. */
function offer(cluster: SimulatedCluster, cameras: number, seed: number): void {
  const random = randomOf(seed + 1_000);
  const meanCores = (0.75 * CAPACITY_CORES * cluster.workers.length) / cameras;
  const cost = () => meanCores * (0.4 + 1.2 * random());
  cluster.offer(new Map(Array.from({ length: cameras }, (_, index) => [`cam-${index}`, cost()])));
}

async function observe(cluster: SimulatedCluster): Promise<Omit<Outcome, 'change'>> {
  cluster.forgetTimes();
  const before = { moves: cluster.moves, movedCost: cluster.movedCost, nowMs: cluster.nowMs };
  const orphaned = [...cluster.cameras.values()].filter(({ owner }) => owner === undefined);
  const orphanedCores = orphaned.reduce((sum, { cost }) => sum + cost, 0);
  const leastCores = orphanedCores + coresToMove(cluster);
  let evenSinceMs: number | undefined;
  let spreadAfter5S = Number.NaN;
  for (let passedMs = LOOK_MS; passedMs <= WATCHED_MS; passedMs += LOOK_MS) {
    await cluster.run(LOOK_MS);
    if (passedMs === 5_000) spreadAfter5S = spreadOf(cluster);
    if (!isEven(cluster)) evenSinceMs = undefined;
    else evenSinceMs ??= cluster.nowMs;
  }
  return {
    evenAfterMs: (evenSinceMs ?? Number.NaN) - before.nowMs,
    spreadAfter5S,
    longestOwnerlessMs: cluster.longestOwnerlessMs,
    moves: cluster.moves - before.moves,
    workShare: (orphanedCores + cluster.movedCost - before.movedCost) / leastCores,
  };
}

function spreadOf(cluster: SimulatedCluster): number {
  const staying = cluster.alive.filter(({ process }) => !process.isEnding);
  const loads = staying.map((worker) => cluster.loadOf(worker) / worker.capacity);
  return Math.max(...loads) - Math.min(...loads);
}

async function worst(change: string, of: (seed: number) => Promise<Omit<Outcome, 'change'>>): Promise<Outcome> {
  const all: Omit<Outcome, 'change'>[] = [];
  for (let seed = 1; seed <= Number(seeds); seed++) all.push(await of(seed));
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
