import fc from 'fast-check';
import { coresToMove, isEven } from '../../../test/cluster-balance.ts';
import { randomOf } from '../../../test/random.ts';
import { SimulatedCluster, type SimulatedWorker } from '../../../test/simulated-cluster.ts';
import { LeaseBalancer } from './lease-balancer.ts';

/** The longest that a camera may wait for one that takes it: as long as a lease. Two readings of the board, and the longest grace. */
const MAX_WAIT_MS = 1_500;
/** From the death of an owner: its lock runs out, somebody looks, somebody takes the camera. */
const MAX_OWNERLESS_MS = 1_500 + 300 + 700;
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

/** Few numbers, so that a counterexample can be read. */
const largePlan = fc.record({
  seed: fc.integer(),
  workers: fc.integer({ min: 150, max: 200 }),
  cameras: fc.integer({ min: 3_000, max: 5_000 }),
});

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

/** {@link settled}, with one worker more that has got its share. */
function settledWithSpare(plan: Plan): { readonly cluster: SimulatedCluster; readonly spare: SimulatedWorker } {
  const cluster = settled(plan);
  const spare = cluster.join(4);
  cluster.run(CONVERGED_MS);
  return { cluster, spare };
}

function expectHealthy(cluster: SimulatedCluster): void {
  expect(cluster.ownerless).toEqual([]);
  expect(cluster.longestWaitMs).toBeLessThanOrEqual(MAX_WAIT_MS);
  expect(isEven(cluster)).toBe(true);
  expectStill(cluster);
}

/** Nothing moves any more once nothing changes; a last camera may have been under way. */
function expectStill(cluster: SimulatedCluster): void {
  cluster.run(CONVERGED_MS);
  const { moves } = cluster;
  cluster.run(6_000);
  expect(cluster.moves).toBe(moves);
}

/**
 * Something happens to a cluster that is even. 5 s later it is so again, having moved no more than that takes, in cameras as they
 * are: twice the cores that were in the wrong place or without an owner, and two cameras.
 */
function change(cluster: SimulatedCluster, happen: () => void, maxOwnerlessMs: number): void {
  cluster.forgetTimes();
  const { movedCores } = cluster;
  happen();
  const cameras = [...cluster.cameras.values()];
  const orphaned = cameras.filter(({ owner }) => owner === undefined);
  const misplacedCores = coresToMove(cluster) + orphaned.reduce((sum, { costCores }) => sum + costCores, 0);
  const largestCores = Math.max(...cameras.map(({ costCores }) => costCores));
  cluster.run(CONVERGED_MS);
  expect(cluster.longestOwnerlessMs).toBeLessThanOrEqual(maxOwnerlessMs);
  expectHealthy(cluster);
  expect(cluster.movedCores - movedCores).toBeLessThanOrEqual(2 * misplacedCores + 2 * largestCores);
}

function anyOf<T>(items: readonly T[], seed: number): T {
  return items[Math.abs(seed) % items.length] as T;
}

const runs = { numRuns: 40 };

it.each([
  { host: 'no limit, alone on 4 cores', quotaCores: undefined, hostWorkers: 1, capacityCores: 4 },
  { host: 'no limit, one of two on 4 cores', quotaCores: undefined, hostWorkers: 2, capacityCores: 2 },
  { host: 'docker run --cpus 0.5', quotaCores: 0.5, hostWorkers: 1, capacityCores: 0.5 },
  { host: 'docker run --cpus 1.5, one of two on 4 cores', quotaCores: 1.5, hostWorkers: 2, capacityCores: 1.5 },
  { host: 'docker run --cpus 3, one of two on 4 cores', quotaCores: 3, hostWorkers: 2, capacityCores: 2 },
])('a worker may use $capacityCores cores with $host', ({ quotaCores, hostWorkers, capacityCores }) => {
  const balancer = new LeaseBalancer({ id: 'a', capacityCores: 4, quotaCores, maxLeases: 10, nowMs: () => 0 });
  balancer.boardRead([], 0, hostWorkers);
  expect(balancer.self.capacityCores).toBe(capacityCores);
});

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
        change(cluster, () => cluster.join(4), 0);
      }),
      runs,
    );
  }, 120_000);

  it("has new owners for a dead worker's cameras as soon as their locks have run out, and is even within 5 s", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const { cluster, spare } = settledWithSpare(plan);
        const others = cluster.alive.filter((worker) => worker !== spare);
        change(cluster, () => cluster.crash(anyOf(others, plan.seed)), MAX_OWNERLESS_MS);
      }),
      runs,
    );
  }, 120_000);

  it("moves a leaving worker's cameras before it has gone", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const { cluster } = settledWithSpare(plan);
        const leaving = anyOf(cluster.alive, plan.seed);
        change(cluster, () => cluster.leave(leaving), 0);
      }),
      runs,
    );
  }, 120_000);

  it('gives away what a worker has that is cut off from what its work needs, and gives it its share again afterwards', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const { cluster } = settledWithSpare(plan);
        const worker = anyOf(cluster.alive, plan.seed);
        change(cluster, () => cluster.cutOff(worker), 0);
        expect(cluster.ownedBy(worker)).toEqual([]);
        change(cluster, () => cluster.mend(worker), 0);
      }),
      runs,
    );
  }, 120_000);

  it('leaves everything where it is while all workers are cut off, as from a media Redis that is down', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const cluster = settled(plan);
        const { moves } = cluster;
        for (const worker of cluster.alive) cluster.cutOff(worker);
        cluster.run(CONVERGED_MS);
        for (const worker of cluster.alive) cluster.mend(worker);
        expectHealthy(cluster);
        expect(cluster.moves).toBe(moves);
      }),
      runs,
    );
  }, 120_000);

  it('evens out after a camera became dearer', () => {
    fc.assert(
      fc.property(anyPlan, fc.double({ min: 1, max: 3, noNaN: true }), (plan, costCores) => {
        const cluster = settled(plan);
        change(cluster, () => cluster.measure(anyOf([...cluster.cameras.keys()], plan.seed), costCores), 0);
      }),
      runs,
    );
  }, 120_000);

  it('does all that with up to 200 workers and 5,000 cameras', () => {
    fc.assert(
      fc.property(largePlan, ({ seed, workers, cameras }) => {
        const capacities = Array.from({ length: workers }, () => 4);
        const costs = Array.from({ length: cameras }, (_, index) => 0.05 + (index % 7) / 40);
        const cluster = settled({ seed, capacities, costs });
        change(cluster, () => cluster.join(4), 0);
        change(cluster, () => cluster.crash(anyOf(cluster.alive, seed)), MAX_OWNERLESS_MS);
        change(cluster, () => cluster.leave(anyOf(cluster.alive, seed + 1)), 0);
      }),
      { numRuns: 2, endOnFailure: true },
    );
  }, 120_000);

  it('survives anything that happens at any time', () => {
    const events = fc.array(
      fc.record({
        kind: fc.constantFrom('join', 'leave', 'crash', 'cost', 'cut-off', 'mend'),
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
          else if (kind === 'cut-off') cluster.cutOff(worker);
          else if (kind === 'mend') cluster.mend(worker);
          else if (kind === 'cost') cluster.measure(anyOf([...cluster.cameras.keys()], seed), 0.02 + (seed % 100) / 50);
          else if (cluster.alive.filter(({ balancer }) => !balancer.self.isLeaving).length > 1) {
            if (kind === 'crash') cluster.crash(worker);
            else if (!worker.balancer.self.isLeaving) cluster.leave(worker);
          }
        }
        for (const worker of cluster.alive) cluster.mend(worker);
        cluster.run(2_100 + MAX_WAIT_MS + 2 * CONVERGED_MS);
        expect(cluster.ownerless).toEqual([]);
        expect(isEven(cluster)).toBe(true);
        expectStill(cluster);
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});
