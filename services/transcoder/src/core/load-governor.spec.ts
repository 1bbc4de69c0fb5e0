import { CameraWork } from './camera-work.ts';
import { type GovernedCamera, LoadGovernor } from './load-governor.ts';

const HD = { width: 1920, height: 1080 };
const rendition = { width: 0, quality: 85, framerate: 30 };

let nowMs: number;
let cpuCores: number;
let governor: LoadGovernor;

beforeEach(() => {
  nowMs = 0;
  cpuCores = 0;
  governor = new LoadGovernor({ cpuCores: () => cpuCores, capacityCores: () => 1, nowMs: () => nowMs });
});

interface TestCamera extends GovernedCamera {
  share: number;
  costs: number[];
  /** A second of its pictures. */
  play(framerate: number): void;
}

function camera(): TestCamera {
  const work = new CameraWork();
  let ticks = 0;
  const test: TestCamera = {
    share: 1,
    costs: [],
    play: (framerate) => {
      for (let frame = 0; frame < framerate; frame++) {
        ticks += 90_000 / framerate;
        work.read(ticks);
        work.decoded(HD.width, HD.height);
        if (frame < framerate * test.share) work.encoded(rendition, HD.width, HD.height);
      }
    },
    takeWork: () => work.take(),
    demand: () => work.demand([rendition]),
    setFrameShare: (share) => {
      test.share = share;
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

it('learns that a host is half as fast', () => {
  const one = camera();
  for (let i = 0; i < 30; i++) second([one], 0.65);
  expect(one.costs.at(-1)).toBeCloseTo(0.65, 1);
});

it('leaves out the same share of every camera when the cores do not suffice, and says what all would take', () => {
  const cameras = [camera(), camera(), camera(), camera()];
  second(cameras, 1);
  second(cameras, 1);
  const shares = new Set(cameras.map(({ share }) => share));
  expect(shares.size).toBe(1);
  expect(governor.frameShare).toBeGreaterThan(0.3);
  expect(governor.frameShare).toBeLessThan(0.75);
  const cost = cameras.reduce((sum, { costs }) => sum + (costs.at(-1) ?? 0), 0);
  expect(cost).toBeGreaterThan(1);
});

it('gives all frames back when cameras leave', () => {
  const cameras = [camera(), camera(), camera(), camera()];
  second(cameras, 1);
  for (const gone of cameras.slice(1)) governor.delete(gone);
  second(cameras.slice(0, 1), 0.3);
  expect(cameras[0]?.share).toBe(1);
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
