import fc from 'fast-check';
import { SimulatedCluster, type SimulatedWorker } from '../test/simulated-cluster.ts';

/** The longest that a camera may wait for one that takes it, less than a lease: two readings of the board, and the longest grace. */
const MAX_WAIT_MS = 1_500;
const CONVERGED_MS = 5_000;

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

function largePlans(): fc.Arbitrary<Plan> {
  return fc.record({
    seed: fc.integer(),
    capacities: fc.integer({ min: 150, max: 200 }).map((workers) => Array.from({ length: workers }, () => 4)),
    costs: fc
      .integer({ min: 3_000, max: 5_000 })
      .map((count) => Array.from({ length: count }, (_, i) => 0.05 + (i % 7) / 40)),
  });
}

/** All cameras offered to the cluster, and time to settle. */
function settled({ seed, capacities, costs }: Plan): SimulatedCluster {
  const cluster = new SimulatedCluster(randomOf(seed));
  for (const capacityCores of capacities) cluster.join(capacityCores);
  cluster.run(1_000);
  costs.forEach((costCores, index) => {
    cluster.offer(`cam-${index}`, costCores);
  });
  cluster.run(8_000);
  expectHealthy(cluster);
  return cluster;
}

function expectHealthy(cluster: SimulatedCluster): void {
  expect(cluster.ownerless).toEqual([]);
  expect(cluster.longestWaitMs).toBeLessThanOrEqual(MAX_WAIT_MS);
  expectBalanced(cluster);
  expectStill(cluster);
}

/** No camera of the most loaded worker would even out the difference to the least loaded one. */
function expectBalanced(cluster: SimulatedCluster): void {
  const byLoad = cluster.alive.toSorted((a, b) => relative(cluster, a) - relative(cluster, b));
  const [least, most] = [byLoad[0] as SimulatedWorker, byLoad.at(-1) as SimulatedWorker];
  const smallest = Math.min(...cluster.ownedBy(most).map(({ costCores }) => costCores));
  if (!Number.isFinite(smallest)) return;
  const allowed = (smallest / 2 / most.capacityCores + smallest / 2 / least.capacityCores) * 1.4;
  expect(relative(cluster, most) - relative(cluster, least)).toBeLessThanOrEqual(allowed + 1e-9);
}

/** Nothing moves any more once nothing changes. */
function expectStill(cluster: SimulatedCluster): void {
  const { moves } = cluster;
  cluster.run(6_000);
  expect(cluster.moves).toBe(moves);
}

function relative(cluster: SimulatedCluster, worker: SimulatedWorker): number {
  return cluster.loadOf(worker) / worker.capacityCores;
}

function anyOf<T>(items: readonly T[], seed: number): T {
  return items[Math.abs(seed) % items.length] as T;
}

const runs = { numRuns: 40 };

describe('a simulated cluster', () => {
  it('has shared out all cameras evenly within seconds, and leaves them where they are', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => void settled(plan)),
      runs,
    );
  }, 120_000);

  it('gives a joining worker its share within 5 s, and moves no more than that', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const cluster = settled(plan);
        const before = cluster.movedCores;
        const joined = cluster.join(4);
        cluster.run(CONVERGED_MS);
        const largest = Math.max(...plan.costs);
        // The others may even out a camera each among themselves when the level sinks.
        expect(cluster.movedCores - before).toBeLessThanOrEqual(cluster.loadOf(joined) * 1.25 + 2 * largest);
        expectHealthy(cluster);
      }),
      runs,
    );
  }, 120_000);

  it("has new owners for a dead worker's cameras as soon as their locks have run out", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const cluster = settled(plan);
        const spare = cluster.join(4);
        cluster.run(CONVERGED_MS);
        cluster.crash(
          anyOf(
            cluster.alive.filter((worker) => worker !== spare),
            plan.seed,
          ),
        );
        cluster.run(2_100 + MAX_WAIT_MS);
        expect(cluster.ownerless).toEqual([]);
        cluster.run(CONVERGED_MS);
        expectHealthy(cluster);
      }),
      runs,
    );
  }, 120_000);

  it("moves a leaving worker's cameras before it has gone", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const cluster = settled(plan);
        cluster.join(4);
        cluster.run(CONVERGED_MS);
        const leaving = anyOf(cluster.alive, plan.seed);
        cluster.leave(leaving);
        cluster.run(4_900);
        expect(cluster.ownedBy(leaving)).toEqual([]);
        expect(cluster.ownerless).toEqual([]);
        cluster.run(CONVERGED_MS);
        expectHealthy(cluster);
      }),
      runs,
    );
  }, 120_000);

  it('evens out after a camera became dearer', () => {
    fc.assert(
      fc.property(anyPlan, fc.double({ min: 1, max: 3, noNaN: true }), (plan, costCores) => {
        const cluster = settled(plan);
        cluster.measure(anyOf([...cluster.cameras.keys()], plan.seed), costCores);
        cluster.run(CONVERGED_MS);
        expectHealthy(cluster);
      }),
      runs,
    );
  }, 120_000);

  it('does all that with up to 200 workers and 5,000 cameras', () => {
    fc.assert(
      fc.property(largePlans(), (plan) => {
        const cluster = settled(plan);
        cluster.join(4);
        cluster.crash(anyOf(cluster.alive, plan.seed));
        cluster.leave(anyOf(cluster.alive, plan.seed + 1));
        cluster.run(CONVERGED_MS + 2_100);
        expectHealthy(cluster);
      }),
      { numRuns: 2, endOnFailure: true },
    );
  }, 120_000);

  it('survives anything that happens at any time', () => {
    const events = fc.array(
      fc.record({
        kind: fc.constantFrom('join', 'leave', 'crash', 'cost'),
        afterMs: fc.integer({ min: 0, max: 1_500 }),
        seed: fc.nat(),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(plans(8, 60), events, (plan, what) => {
        const cluster = settled(plan);
        for (const { kind, afterMs, seed } of what) {
          cluster.run(afterMs);
          const worker = anyOf(cluster.alive, seed);
          if (kind === 'join') cluster.join(4);
          else if (kind === 'cost') cluster.measure(anyOf([...cluster.cameras.keys()], seed), 0.02 + (seed % 100) / 50);
          else if (cluster.alive.filter(({ balancer }) => !balancer.self.isClosing).length > 1) {
            if (kind === 'crash') cluster.crash(worker);
            else if (!worker.balancer.self.isClosing) cluster.leave(worker);
          }
        }
        cluster.run(2_100 + MAX_WAIT_MS + 2 * CONVERGED_MS);
        expect(cluster.ownerless).toEqual([]);
        expectBalanced(cluster);
        expectStill(cluster);
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
