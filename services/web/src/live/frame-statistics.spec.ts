import { FrameStatistics, type ShownFrame } from './frame-statistics.ts';

const frame = (shownAtMs: number, more: Partial<ShownFrame> = {}): ShownFrame => ({
  shownAtMs,
  sizeBytes: 10_000,
  skipped: 0,
  ageMs: 40,
  drawMs: 5,
  ...more,
});

/** Frames every `everyMs` from `fromMs` up to and including `toMs`. */
function shown(statistics: FrameStatistics, fromMs: number, toMs: number, everyMs: number): FrameStatistics {
  for (let atMs = fromMs; atMs <= toMs; atMs += everyMs) statistics.shown(frame(atMs));
  return statistics;
}

describe('FrameStatistics', () => {
  it('starts with nothing', () => {
    expect(new FrameStatistics().readings(1_000)).toEqual({
      framesPerSecond: 0,
      bitsPerSecond: 0,
      shownFrames: 0,
      droppedFrames: 0,
      undecodableFrames: 0,
      ageMs: undefined,
      serverMs: undefined,
      networkMs: undefined,
      drawMs: undefined,
    });
  });

  it.each([
    { name: '25 a second', everyMs: 40, toMs: 10_000, nowMs: 10_020, framesPerSecond: 25, bitsPerSecond: 2_000_000 },
    {
      name: '120 a second for a minute',
      everyMs: 8,
      toMs: 60_000,
      nowMs: 60_004,
      framesPerSecond: 125,
      bitsPerSecond: 10_000_000,
    },
    { name: 'one a second', everyMs: 1_000, toMs: 10_000, nowMs: 10_400, framesPerSecond: 1, bitsPerSecond: 80_000 },
    {
      name: 'one in five seconds',
      everyMs: 5_000,
      toMs: 20_000,
      nowMs: 24_900,
      framesPerSecond: 0.2,
      bitsPerSecond: 16_000,
    },
    {
      name: 'one in five seconds, the next one overdue',
      everyMs: 5_000,
      toMs: 20_000,
      nowMs: 31_000,
      framesPerSecond: 0,
      bitsPerSecond: 0,
    },
    { name: 'a single one', everyMs: 1_000, toMs: 0, nowMs: 100, framesPerSecond: 0, bitsPerSecond: 0 },
    {
      name: 'none for three seconds after 25 a second',
      everyMs: 40,
      toMs: 10_000,
      nowMs: 13_100,
      framesPerSecond: 0,
      bitsPerSecond: 0,
    },
  ])('$name: $framesPerSecond fps', ({ everyMs, toMs, nowMs, framesPerSecond, bitsPerSecond }) => {
    const readings = shown(new FrameStatistics(), 0, toMs, everyMs).readings(nowMs);
    expect(readings.framesPerSecond).toBeCloseTo(framesPerSecond, 6);
    expect(readings.bitsPerSecond).toBeCloseTo(bitsPerSecond, 0);
  });

  it('falls as soon as pictures stop', () => {
    const statistics = shown(new FrameStatistics(), 0, 10_000, 40);
    expect(statistics.readings(11_500).framesPerSecond).toBeLessThan(13);
  });

  it('counts what the gateway skipped and what was replaced here as dropped', () => {
    const statistics = new FrameStatistics();
    statistics.shown(frame(0, { skipped: 3 }));
    statistics.replaced(2);
    statistics.undecodable();
    statistics.shown(frame(40));
    expect(statistics.readings(50)).toMatchObject({ shownFrames: 2, droppedFrames: 6, undecodableFrames: 1 });
  });

  it.each([{ skipped: -5 }, { skipped: Number.NaN }])('does not count a skip of $skipped', ({ skipped }) => {
    const statistics = new FrameStatistics();
    statistics.shown(frame(0, { skipped }));
    statistics.replaced(skipped);
    expect(statistics.readings(10).droppedFrames).toBe(1);
  });

  it.each([
    { name: 'while pictures come: as drawn', everyMs: 40, nowMs: 10_030, ageMs: 40 },
    { name: 'within a second: still as drawn', everyMs: 40, nowMs: 11_000, ageMs: 40 },
    { name: 'overdue: grows with the clock', everyMs: 40, nowMs: 12_500, ageMs: 2_540 },
    { name: 'at one in five seconds nothing is overdue yet', everyMs: 5_000, nowMs: 19_000, ageMs: 40 },
  ])('age $name', ({ everyMs, nowMs, ageMs }) => {
    expect(shown(new FrameStatistics(), 0, 10_000, everyMs).readings(nowMs).ageMs).toBe(ageMs);
  });

  it('has no age while the clock offset is unknown', () => {
    const statistics = new FrameStatistics();
    statistics.shown({ shownAtMs: 0, sizeBytes: 1, skipped: 0, drawMs: 4 });
    expect(statistics.readings(10)).toMatchObject({ ageMs: undefined, drawMs: 4 });
  });

  it('takes the rate anew after a pause and keeps the counts', () => {
    const statistics = shown(new FrameStatistics(), 0, 10_000, 100);
    statistics.resume();
    expect(statistics.usualIntervalMs).toBeUndefined();
    expect(statistics.lastShownAtMs).toBeUndefined();
    shown(statistics, 90_000, 90_100, 50);
    expect(statistics.readings(90_110)).toMatchObject({ framesPerSecond: 20, shownFrames: 104 });
    expect(statistics.usualIntervalMs).toBe(50);
  });
});
