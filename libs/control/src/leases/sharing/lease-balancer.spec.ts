import fc from 'fast-check';
import { coresToMove, isEven } from '../../../test/cluster-balance.ts';
import { randomOf } from '../../../test/random.ts';
import { SimulatedCluster, type SimulatedWorker } from '../../../test/simulated-cluster.ts';
import { LOCK_DURATION_MS, SYNC_INTERVAL_MS } from '../lease-timing.ts';
import { FixedCapacity } from './fixed-capacity.ts';
import { LeaseBalancer } from './lease-balancer.ts';

/** A free camera is taken within the duration of a lock, whichever workers have just died. */
const MAX_WAIT_MS = LOCK_DURATION_MS;
/** After the death of an owner: its lock expires; the workers that should take the camera may have died too; at the next sync any worker takes it. */
const MAX_OWNERLESS_MS = LOCK_DURATION_MS + 2 * SYNC_INTERVAL_MS + 50;
/** Nearly all plans are even within 3 s. With few cameras whose costs differ by tens of times, one move may have to wait for another. */
const CONVERGED_MS = 6_000;
/** Timeout of a test: many times its usual duration. */
const LIMIT_MS = 20_000;

interface Plan {
  readonly seed: number;
  readonly capacities: readonly number[];
  readonly costs: readonly number[];
}

function plans(maxWorkers: number, maxCameras: number): fc.Arbitrary<Plan> {
  return fc.record({
    seed: fc.integer(),
    capacities: fc.array(fc.constantFrom(2, 4, 4, 4, 8), { minLength: 1, maxLength: maxWorkers }),
    costs: fc.array(fc.double({ min: 0.02, max: 0.6, noNaN: true }), { minLength: 1, maxLength: maxCameras }),
  });
}

const anyPlan = fc.oneof({ weight: 8, arbitrary: plans(4, 30) }, { weight: 1, arbitrary: plans(30, 300) });

/** Only three numbers, so that a counterexample is readable. */
const largePlan = fc.record({
  seed: fc.integer(),
  workers: fc.integer({ min: 30, max: 40 }),
  cameras: fc.integer({ min: 300, max: 600 }),
});

/** Costs of `cam-0`, `cam-1`, … */
function costsOf(costs: readonly number[]): ReadonlyMap<string, number> {
  return new Map(costs.map((cost, index) => [`cam-${index}`, cost]));
}

/** Starts a cluster, offers all cameras and lets it settle. */
async function settled({ seed, capacities, costs }: Plan): Promise<SimulatedCluster> {
  const cluster = new SimulatedCluster(randomOf(seed));
  for (const capacity of capacities) cluster.join(capacity);
  await cluster.run(1_000);
  cluster.offer(costsOf(costs));
  await cluster.run(8_000);
  await expectHealthy(cluster);
  return cluster;
}

/** {@link settled}, plus one worker that has received its share. */
async function settledWithSpare(
  plan: Plan,
): Promise<{ readonly cluster: SimulatedCluster; readonly spare: SimulatedWorker }> {
  const cluster = await settled(plan);
  const spare = cluster.join(4);
  await cluster.run(CONVERGED_MS);
  return { cluster, spare };
}

async function expectHealthy(cluster: SimulatedCluster): Promise<void> {
  expect(cluster.ownerless).toEqual([]);
  expect(cluster.longestWaitMs).toBeLessThanOrEqual(MAX_WAIT_MS);
  expect(isEven(cluster)).toBe(true);
  await expectStill(cluster);
}

/** Expects no more moves while nothing changes, after time for a last hand-over to finish. */
async function expectStill(cluster: SimulatedCluster): Promise<void> {
  await cluster.run(CONVERGED_MS);
  const { moves } = cluster;
  await cluster.run(6_000);
  expect(cluster.moves).toBe(moves);
}

/**
 * Changes an even cluster and expects it to be even again within seconds. It may move at most twice the cores that were misplaced or without
 * an owner, plus two cameras, since cameras cannot be split.
 */
async function change(cluster: SimulatedCluster, happen: () => void, maxOwnerlessMs: number): Promise<void> {
  cluster.forgetTimes();
  const { movedCost } = cluster;
  happen();
  const cameras = [...cluster.cameras.values()];
  const orphaned = cameras.filter(({ owner }) => owner === undefined);
  const misplacedCores = coresToMove(cluster) + orphaned.reduce((sum, { cost }) => sum + cost, 0);
  const largestCores = Math.max(...cameras.map(({ cost }) => cost));
  await cluster.run(CONVERGED_MS);
  expect(cluster.longestOwnerlessMs).toBeLessThanOrEqual(maxOwnerlessMs);
  await expectHealthy(cluster);
  expect(cluster.movedCost - movedCost).toBeLessThanOrEqual(2 * misplacedCores + 2 * largestCores);
}

function anyOf<T>(items: readonly T[], seed: number): T {
  return items[Math.abs(seed) % items.length] as T;
}

/** Reports a failing plan unshrunk: shrinking takes minutes. */
const runs = { numRuns: 25, endOnFailure: true };

describe('by cameras, a cluster', () => {
  it('is even once no worker has two more than another in proportion to what each can carry', async () => {
    const cluster = new SimulatedCluster(randomOf(3));
    for (const maxCameras of [10, 10, 20]) cluster.join(maxCameras, maxCameras, new FixedCapacity(maxCameras));
    await cluster.run(1_000);
    cluster.offer(costsOf(Array(24).fill(1)));
    await cluster.run(CONVERGED_MS);
    expect(cluster.alive.map((worker) => cluster.ownedBy(worker).length)).toEqual([6, 6, 12]);
    const joined = cluster.join(40, 3, new FixedCapacity(40));
    await cluster.run(CONVERGED_MS);
    // `maxLeases` limits the new worker, although its capacity would give it more.
    expect(cluster.ownedBy(joined)).toHaveLength(3);
    await expectStill(cluster);
  });
});

describe('a simulated cluster', () => {
  it(
    'has shared out all cameras evenly within seconds, and leaves them where they are',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyPlan, async (plan) => void (await settled(plan))),
        runs,
      );
    },
    LIMIT_MS,
  );

  it(
    'gives a joining worker its share within seconds, and moves no more than that',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyPlan, async (plan) => {
          const cluster = await settled(plan);
          await change(cluster, () => cluster.join(4), 0);
        }),
        runs,
      );
    },
    LIMIT_MS,
  );

  it(
    "has new owners for a dead worker's cameras as soon as their locks have run out, and is even within seconds",
    async () => {
      await fc.assert(
        fc.asyncProperty(anyPlan, async (plan) => {
          const { cluster, spare } = await settledWithSpare(plan);
          const others = cluster.alive.filter((worker) => worker !== spare);
          await change(cluster, () => cluster.crash(anyOf(others, plan.seed)), MAX_OWNERLESS_MS);
        }),
        runs,
      );
    },
    LIMIT_MS,
  );

  it(
    "moves a leaving worker's cameras before it has gone",
    async () => {
      await fc.assert(
        fc.asyncProperty(anyPlan, async (plan) => {
          const { cluster } = await settledWithSpare(plan);
          const leaving = anyOf(cluster.alive, plan.seed);
          await change(cluster, () => cluster.leave(leaving), 0);
        }),
        runs,
      );
    },
    LIMIT_MS,
  );

  it(
    'gives away what a worker has that is cut off from what its work needs, and gives it its share again afterwards',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyPlan, async (plan) => {
          const { cluster } = await settledWithSpare(plan);
          const worker = anyOf(cluster.alive, plan.seed);
          await change(cluster, () => cluster.cutOff(worker), 0);
          expect(cluster.ownedBy(worker)).toEqual([]);
          await change(cluster, () => cluster.mend(worker), 0);
        }),
        runs,
      );
    },
    LIMIT_MS,
  );

  it(
    'leaves everything where it is while all workers are cut off, as from a media Redis that is down',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyPlan, async (plan) => {
          const cluster = await settled(plan);
          const { moves } = cluster;
          for (const worker of cluster.alive) cluster.cutOff(worker);
          await cluster.run(CONVERGED_MS);
          expect(cluster.moves).toBe(moves);
          for (const worker of cluster.alive) cluster.mend(worker);
          await cluster.run(CONVERGED_MS);
          await expectHealthy(cluster);
        }),
        runs,
      );
    },
    LIMIT_MS,
  );

  it(
    'evens out after a camera became dearer',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyPlan, fc.double({ min: 1, max: 3, noNaN: true }), async (plan, cost) => {
          const cluster = await settled(plan);
          await change(cluster, () => cluster.measure(anyOf([...cluster.cameras.keys()], plan.seed), cost), 0);
        }),
        runs,
      );
    },
    LIMIT_MS,
  );

  it(
    'does all that with up to 40 workers and 600 cameras',
    async () => {
      await fc.assert(
        fc.asyncProperty(largePlan, async ({ seed, workers, cameras }) => {
          const capacities = Array.from({ length: workers }, () => 4);
          const costs = Array.from({ length: cameras }, (_, index) => 0.05 + (index % 7) / 40);
          const cluster = await settled({ seed, capacities, costs });
          await change(cluster, () => cluster.join(4), 0);
          await change(cluster, () => cluster.crash(anyOf(cluster.alive, seed)), MAX_OWNERLESS_MS);
          await change(cluster, () => cluster.leave(anyOf(cluster.alive, seed + 1)), 0);
        }),
        { numRuns: 1, endOnFailure: true },
      );
    },
    LIMIT_MS,
  );

  it(
    'survives anything that happens at any time',
    async () => {
      const events = fc.array(
        fc.record({
          kind: fc.constantFrom('join', 'leave', 'crash', 'cost', 'cut-off', 'mend'),
          afterMs: fc.integer({ min: 0, max: 1_500 }),
          seed: fc.nat(),
        }),
        { maxLength: 12 },
      );
      await fc.assert(
        fc.asyncProperty(plans(8, 60), events, async (plan, what) => {
          const cluster = await settled(plan);
          for (const { kind, afterMs, seed } of what) {
            await cluster.run(afterMs);
            const worker = anyOf(cluster.alive, seed);
            if (kind === 'join') cluster.join(4);
            else if (kind === 'cut-off') cluster.cutOff(worker);
            else if (kind === 'mend') cluster.mend(worker);
            else if (kind === 'cost')
              cluster.measure(anyOf([...cluster.cameras.keys()], seed), 0.02 + (seed % 100) / 50);
            else if (cluster.alive.filter(({ balancer }) => !balancer.self.isLeaving).length > 1) {
              if (kind === 'crash') cluster.crash(worker);
              else if (!worker.process.isEnding) cluster.leave(worker);
            }
          }
          for (const worker of cluster.alive) cluster.mend(worker);
          await cluster.run(2_100 + MAX_WAIT_MS + 2 * CONVERGED_MS);
          expect(cluster.ownerless).toEqual([]);
          expect(isEven(cluster)).toBe(true);
          await expectStill(cluster);
        }),
        { numRuns: 40, endOnFailure: true },
      );
    },
    LIMIT_MS,
  );
});

describe('a small cluster', () => {
  /** Loads of the workers in hundredths of a core, ascending. */
  function loads(cluster: SimulatedCluster): number[] {
    return cluster.alive.map((worker) => Math.round(100 * cluster.loadOf(worker))).toSorted((a, b) => a - b);
  }

  it.each([
    {
      of: 'two workers with three cameras of very different cost',
      workers: [4, 4],
      costs: [1.6, 0.3, 0.1],
      evens: [40, 160],
    },
    {
      of: 'three workers beside one camera that fills one',
      workers: [4, 4, 4],
      costs: [3.5, ...Array(12).fill(0.1)],
      evens: [60, 60, 350],
    },
    { of: 'a worker twice as large as the other', workers: [2, 4], costs: Array(9).fill(0.1), evens: [30, 60] },
    { of: 'more than there is room for', workers: [0.5, 1], costs: Array(9).fill(0.5), evens: [150, 300] },
  ])('of $of ends with $evens', async ({ workers, costs, evens }) => {
    for (let seed = 0; seed < 20; seed++) {
      const cluster = new SimulatedCluster(randomOf(seed));
      const [first = 4, ...later] = workers;
      cluster.join(first);
      cluster.offer(costsOf(costs));
      await cluster.run(2_000);
      for (const capacity of later) cluster.join(capacity);
      await cluster.run(CONVERGED_MS);
      expect(loads(cluster)).toEqual(evens);
      await expectStill(cluster);
    }
  });

  it('goes from one to three and back to two, each time even in seconds', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const cluster = new SimulatedCluster(randomOf(seed));
      const first = cluster.join(4);
      cluster.offer(costsOf(Array(12).fill(0.1)));
      await cluster.run(2_000);
      cluster.join(4);
      cluster.join(4);
      await cluster.run(CONVERGED_MS);
      expect(loads(cluster)).toEqual([40, 40, 40]);
      expect(cluster.moves).toBeLessThanOrEqual(16);
      cluster.leave(first);
      await cluster.run(CONVERGED_MS);
      expect(loads(cluster)).toEqual([60, 60]);
    }
  });
});

it('a camera that was not ready in time is left alone ever longer, and its receiver until the next reading', async () => {
  let nowMs = 0;
  const balancer = new LeaseBalancer({ id: 'a', capacity: new FixedCapacity(10), maxLeases: 10, nowMs: () => nowMs });
  for (const cameraId of ['yard', 'gate']) {
    balancer.taken(cameraId, undefined);
    balancer.ready(cameraId, true);
  }
  const read = () => {
    const others = [{ id: 'b', load: 0, capacity: 10, cameras: 0, hasRoom: true, isLeaving: false }];
    balancer.boardRead({ others, waiting: 0 });
    return balancer.handOvers().map(({ cameraId }) => cameraId);
  };
  const [first = ''] = read();
  balancer.handOverFailed(first, 'b', 'not-ready');
  expect(balancer.handOvers()).toEqual([]);
  const [second = ''] = read();
  expect(new Set([first, second]).size).toBe(2);
  balancer.handOverFailed(second, 'b', 'not-ready');
  expect(read()).toEqual([]);
  nowMs = 1_500;
  expect(read()).toHaveLength(1);
  balancer.handOverFailed(first, 'b', 'not-ready');
  balancer.handOverFailed(second, 'b', 'not-ready');
  nowMs = 4_499;
  expect(read()).toEqual([]);
  nowMs = 4_500;
  expect(read()).toHaveLength(1);
});
