import { Lateness } from './lateness.ts';

describe('Lateness', () => {
  const judgeAll = (lateness: Lateness, behindMs: readonly number[]) => behindMs.map((ms) => lateness.judge(ms));

  it.each([
    {
      name: 'shows of a GOP that was there its newest picture only',
      behindMs: [100, 67, 33, 0, 33],
      states: ['catching-up', 'catching-up', 'catching-up', 'live', 'live'],
    },
    { name: 'shows the first picture where nothing was there', behindMs: [0, 0], states: ['live', 'live'] },
    {
      name: 'lets pictures be as late as the limit',
      behindMs: [0, 200, 201, 0],
      states: ['live', 'live', 'late', 'live'],
    },
  ])('$name', ({ behindMs, states }) => {
    expect(judgeAll(new Lateness(200), behindMs)).toEqual(states);
  });

  it('shows late pictures where it cannot catch up, and none beyond the limit', () => {
    const lateness = new Lateness(200);
    expect(new Set(judgeAll(lateness, [150, ...Array.from({ length: 29 }, () => 180)]))).toEqual(
      new Set(['catching-up']),
    );
    expect(judgeAll(lateness, [180, 180, 250])).toEqual(['live', 'live', 'late']);
  });

  it('shows only the newest again after it was told to catch up', () => {
    const lateness = new Lateness(200);
    lateness.judge(0);
    lateness.beginCatchUp();
    expect(judgeAll(lateness, [100, 0])).toEqual(['catching-up', 'live']);
  });

  it.each([
    { behindMs: 200, jumps: false },
    { behindMs: 201, jumps: true },
  ])('jumps to a keyframe when $behindMs ms behind: $jumps', ({ behindMs, jumps }) => {
    expect(new Lateness(200).mustJump(behindMs)).toBe(jumps);
  });
});
