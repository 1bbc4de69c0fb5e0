import { FramePacer } from './frame-pacer.ts';

describe('FramePacer', () => {
  it.each([
    { name: '30 to 15', source: 30, wanted: 15, steps: '2', perMinute: 900 },
    { name: '30 to 12', source: 30, wanted: 12, steps: '2 3', perMinute: 720 },
    { name: '29.97 to 10', source: 30_000 / 1001, wanted: 10, steps: '2 3', perMinute: 600 },
    { name: '25 to 10', source: 25, wanted: 10, steps: '2 3', perMinute: 600 },
    { name: '30 to 29', source: 30, wanted: 29, steps: '1 2', perMinute: 1740 },
    { name: '30 to 1', source: 30, wanted: 1, steps: '30', perMinute: 60 },
    { name: '30 to 0.2', source: 30, wanted: 0.2, steps: '150', perMinute: 12 },
    { name: '30 to 30', source: 30, wanted: 30, steps: '1', perMinute: 1800 },
    { name: '30.2 to 30, a camera whose clock is fast', source: 30.2, wanted: 30, steps: '1', perMinute: 1812 },
    { name: '12.5 to 30', source: 12.5, wanted: 30, steps: '1', perMinute: 750 },
  ])('takes $name evenly', ({ source, wanted, steps, perMinute }) => {
    const ticks = Array.from({ length: Math.round(source * 600) }, (_, n) => Math.round((n * 90_000) / source));
    const due = dueIndexes(new FramePacer(wanted), ticks);
    expect(distinctSteps(due)).toBe(steps);
    expect(Math.abs(due.length / 10 - perMinute)).toBeLessThanOrEqual(1);
  });

  it('alternates for 30 to 12 rather than clustering', () => {
    const ticks = Array.from({ length: 30 }, (_, n) => n * 3000);
    expect(dueIndexes(new FramePacer(12), ticks)).toEqual([0, 3, 5, 8, 10, 13, 15, 18, 20, 23, 25, 28]);
  });

  it('takes every second picture though the camera stamps in whole milliseconds with jitter', () => {
    const jitter = [0, 540, -450, 270, -630, 90];
    const ticks = Array.from({ length: 3000 }, (_, n) => Math.round(n * 3000) + (jitter[n % 6] ?? 0));
    expect(distinctSteps(dueIndexes(new FramePacer(15), ticks))).toBe('2');
  });

  it('takes each picture of a jittering camera at its own rate', () => {
    const ticks = Array.from({ length: 300 }, (_, n) => n * 3000 + (n % 2) * 1400);
    expect(dueIndexes(new FramePacer(30), ticks)).toHaveLength(300);
  });

  it.each([
    { name: 'a pause shorter than two seconds', times: [0, 3000, 6000, 150_000, 153_000, 156_000, 159_000] },
    { name: 'a jump ahead of an hour', times: [0, 3000, 6000, 324e6, 324_003_000, 324_006_000, 324_009_000] },
    { name: 'a jump back', times: [324e6, 324_003_000, 324_006_000, 0, 3000, 6000, 9000] },
  ])('goes on at once after $name, without catching up', ({ times }) => {
    expect(dueIndexes(new FramePacer(15), times).filter((index) => index >= 3)).toEqual([3, 5]);
  });
});

function dueIndexes(pacer: FramePacer, ticks: readonly number[]): number[] {
  return ticks.flatMap((at, index) => (pacer.isDue(at) ? [index] : []));
}

function distinctSteps(indexes: readonly number[]): string {
  const steps = indexes.slice(1).map((index, at) => index - (indexes[at] ?? 0));
  return [...new Set(steps)].sort((a, b) => a - b).join(' ');
}
