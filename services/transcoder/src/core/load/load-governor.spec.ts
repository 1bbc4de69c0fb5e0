import { type CameraPlan, FULL_PLAN } from './camera-plan.ts';
import { CameraWork } from './camera-work.ts';
import { type GovernedCamera, LoadGovernor } from './load-governor.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

const HD: Size = { width: 1920, height: 1080 };
const SMALL: Size = { width: 640, height: 360 };
const rendition = { width: 0, quality: 85, framerate: 30 };

let nowMs: number;
let cpuCores: number;
let capacityCores: number;
let governor: LoadGovernor;

beforeEach(() => {
  nowMs = 0;
  cpuCores = 0;
  capacityCores = 1;
  governor = new LoadGovernor({ cpuCores: () => cpuCores, capacityCores: () => capacityCores, nowMs: () => nowMs });
});

interface TestCamera extends GovernedCamera {
  plan: CameraPlan;
  share: number;
  costs: number[];
  /**
   * One second of pictures, each decoded or encoded in this time. If they miss, every second due picture is dropped.
   */
  play(framerate: number, how?: { readonly stepUs: number; readonly misses: boolean }): void;
}

/** Its keyframes are one second apart. */
function camera(knownCores?: number, size = HD, jpeg = size): TestCamera {
  const work = new CameraWork();
  let sequence = 0;
  let ticks = 0;
  const test: TestCamera = {
    knownCores,
    plan: FULL_PLAN,
    share: 1,
    costs: [],
    play: (framerate, { stepUs, misses } = { stepUs: 0, misses: false }) => {
      for (let frame = 0; frame < framerate; frame++) {
        ticks += 90_000 / framerate;
        work.read({ epoch: 1, sequence: sequence++, rtpTimeTicks: ticks });
        const { decodes, share } = test.plan;
        if (decodes === 'keyframes' && frame > 0) continue;
        work.decoded(size.width, size.height, stepUs);
        if (decodes === 'all' && frame >= framerate * share) continue;
        work.due();
        if (misses && frame % 2 === 0) work.missed();
        else work.encoded(rendition, jpeg.width, jpeg.height, stepUs);
      }
    },
    takeWork: () => work.take(),
    demand: () => work.demand([rendition], 1, false),
    setPlan: (plan) => {
      test.plan = plan;
      test.share = plan.frameShare;
    },
    reportCost: (cores) => test.costs.push(cores),
  };
  governor.add(test);
  return test;
}

function second(cameras: readonly TestCamera[], usedCores: number): void {
  for (const one of cameras) one.play(30);
  cpuCores = usedCores;
  nowMs += 1_000;
  governor.run();
}

it('says what 1080p30 takes on the host that the model was measured on', () => {
  const one = camera();
  second([one], 0.3235);
  expect(one.costs.at(-1)).toBeCloseTo(0.3235, 2);
  expect(one.share).toBe(1);
});

it('takes a camera to cost what its last holder measured, as long as there is too little to do to measure it', () => {
  const one = camera(0.04);
  one.play(2);
  nowMs += 1_000;
  cpuCores = 0.2;
  governor.run();
  expect(one.costs.at(-1)).toBeCloseTo(0.04, 6);
  const other = camera(0.04);
  second([one, other], 0.65);
  second([one, other], 0.65);
  expect(other.costs.at(-1)).toBeGreaterThan(0.3);
});

it('learns that a host is half as fast', () => {
  const one = camera();
  for (let i = 0; i < 30; i++) second([one], 0.65);
  expect(one.costs.at(-1)).toBeCloseTo(0.65, 1);
});

/** What the process takes beside decoding and encoding: docs/scaling.md, prices t₀ and t₁. */
const OWN_CORES = 0.015;
const OWN_CORES_PER_CAMERA = 0.0029;

it.each([
  { count: 4, size: HD, capacity: 0.6 },
  { count: 4, size: HD, capacity: 0.15 },
  { count: 64, size: SMALL, capacity: 1.5 },
  { count: 64, size: SMALL, capacity: 0.5 },
])('says the same cost of $count cameras with $capacity cores, and much left out, as with enough', (row) => {
  const { count, size, capacity } = row;
  const costWith = (cores: number) => {
    capacityCores = cores;
    governor = new LoadGovernor({ cpuCores: () => cpuCores, capacityCores: () => capacityCores, nowMs: () => nowMs });
    const cameras = Array.from({ length: count }, () => camera(undefined, size));
    const pixels = size.width * size.height;
    for (let i = 0; i < 60; i++) {
      let doneCores = 0;
      for (const { plan } of cameras) {
        const decoded = plan.decodes === 'all' ? 30 : 1;
        const shown = plan.decodes === 'all' ? Math.ceil(30 * plan.share) : 1;
        doneCores += pixels * (decoded * 2.1e-9 + shown * 3.1e-9);
      }
      second(cameras, OWN_CORES + count * OWN_CORES_PER_CAMERA + doneCores);
    }
    return { cost: cameras[0]?.costs.at(-1) ?? 0, isReduced: governor.reducedCameras > 0 };
  };
  const enough = costWith(16);
  const scarce = costWith(capacity);
  expect([enough.isReduced, scarce.isReduced]).toEqual([false, true]);
  // By less than sharing takes for noise: it moves no camera for what the governor does.
  expect(Math.abs(scarce.cost / enough.cost - 1)).toBeLessThan(0.15);
});

it('leaves out as much of one camera as of another like it when the cores do not suffice, and says what all would take', () => {
  const cameras = [camera(), camera(), camera(), camera()];
  second(cameras, 1.3);
  second(cameras, 0.95);
  const shares = new Set(cameras.map(({ share }) => share.toFixed(9)));
  expect(shares.size).toBe(1);
  expect(governor.leastFrameShare).toBeGreaterThan(0.3);
  expect(governor.leastFrameShare).toBeLessThan(0.75);
  const cost = cameras.reduce((sum, { costs }) => sum + (costs.at(-1) ?? 0), 0);
  expect(cost).toBeGreaterThan(1);
  expect(governor.shortCores).toBeCloseTo(cost - 0.95, 6);
});

it('lets the largest camera pay: one of 8192x4320 beside three small ones, which keep all their pictures', () => {
  const huge = camera(undefined, { width: 8192, height: 4320 }, { width: 320, height: 168 });
  const small = [1, 2, 3].map(() => camera(undefined, SMALL));
  second([huge, ...small], 2.8);
  for (let i = 0; i < 5; i++) {
    for (const one of [huge, ...small]) one.play(30);
    cpuCores = 0.25;
    nowMs += 1_000;
    governor.run();
    expect(small.map(({ share }) => share)).toEqual([1, 1, 1]);
    expect(huge.plan.decodes).toBe('keyframes');
  }
  expect(governor.reducedCameras).toBe(1);
  expect(governor.leastFrameShare).toBe(huge.share);
});

it('gives all frames back when cameras leave', () => {
  const cameras = [camera(), camera(), camera(), camera()];
  second(cameras, 1);
  for (const gone of cameras.slice(1)) governor.delete(gone);
  second(cameras.slice(0, 1), 0.3);
  expect(cameras[0]?.share).toBe(1);
  expect(governor.shortCores).toBe(0);
});

it('does not take the idle process for the cost of a camera that sends nothing', () => {
  const one = camera();
  for (let i = 0; i < 5; i++) {
    cpuCores = 0.1;
    nowMs += 1_000;
    governor.run();
  }
  expect(one.costs.at(-1)).toBe(0);
});

describe('on a host that gives less than its cores', () => {
  /** Every step takes 40 ms of elapsed time, at 0.2 of a core for work that takes 0.32. */
  const starved = { stepUs: 40_000, misses: true };

  beforeEach(() => {
    capacityCores = 2;
  });

  function seconds(one: TestCamera, count: number, usedCores: number, how?: Parameters<TestCamera['play']>[1]): void {
    for (let i = 0; i < count; i++) {
      one.play(30, how);
      cpuCores = usedCores;
      nowMs += 1_000;
      governor.run();
    }
  }

  it('leaves frames out when pictures have been late for two seconds, and says what is missing', () => {
    const one = camera();
    seconds(one, 5, 0.32);
    seconds(one, 1, 0.2, starved);
    expect([one.share, governor.shortCores]).toEqual([1, 0]);
    seconds(one, 1, 0.2, starved);
    expect(one.share).toBeLessThan(0.6);
    expect(governor.shortCores).toBeGreaterThan(0.05);
  });

  it('leaves more out when that was not enough, but shows a keyframe in five seconds whatever happens', () => {
    const one = camera();
    seconds(one, 5, 0.32);
    seconds(one, 40, 0.0005, starved);
    expect(one.plan.decodes).toBe('keyframes');
    // A change by less than a tenth is no news.
    expect(one.plan.share).toBeGreaterThanOrEqual(0.2);
    expect(one.plan.share).toBeLessThanOrEqual(0.22);
  });

  it('gives all frames back, little by little, when the host is its own again', () => {
    const one = camera();
    seconds(one, 5, 0.32);
    seconds(one, 2, 0.2, starved);
    const before = one.share;
    seconds(one, 1, 0.25, { stepUs: 40_000, misses: false });
    expect(one.share).toBeGreaterThanOrEqual(before);
    expect(one.share - before).toBeLessThan(0.2);
    seconds(one, 10, 0.3);
    expect([one.share, governor.shortCores]).toEqual([1, 0]);
  });

  it.each([
    { name: 'a second’s hiccup', count: 1, how: starved },
    { name: 'pictures that came late over the network', count: 5, how: { stepUs: 1_000, misses: true } },
    { name: 'a busy host that is in time', count: 5, how: { stepUs: 40_000, misses: false } },
  ])('leaves nothing out for $name', ({ count, how }) => {
    const one = camera();
    seconds(one, 5, 0.32);
    seconds(one, count, 0.32, how);
    expect([one.share, governor.shortCores]).toEqual([1, 0]);
  });
});
