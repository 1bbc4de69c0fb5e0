import fc from 'fast-check';
import { RtpTimeline } from './rtp-timeline.ts';

const WRAP = 2 ** 32;

describe('RtpTimeline', () => {
  it.each([
    { name: 'starts at the RTP timestamp', steps: [[900_000, 0]], ticks: [900_000] },
    {
      name: 'goes on over 2^32',
      steps: [
        [WRAP - 3_000, 0],
        [0, 33],
        [3_000, 66],
      ],
      ticks: [WRAP - 3_000, WRAP, WRAP + 3_000],
    },
    {
      name: 'goes back over 2^32 (B-frames)',
      steps: [
        [WRAP - 3_000, 0],
        [3_000, 33],
        [0, 34],
      ],
      ticks: [WRAP - 3_000, WRAP + 3_000, WRAP],
    },
    {
      name: 'is never negative',
      steps: [
        [0, 0],
        [WRAP - 3_000, 33],
      ],
      ticks: [WRAP, WRAP - 3_000],
    },
    {
      name: 'lets equal timestamps be (VStarcam)',
      steps: [
        [90_000, 0],
        [90_000, 33],
      ],
      ticks: [90_000, 90_000],
    },
  ])('item 72: $name', ({ steps, ticks }) => {
    const timeline = new RtpTimeline(90_000);
    const placed = steps.map(([rtpTimestamp, ms]) => timeline.place(rtpTimestamp as number, (ms as number) * 1_000));
    expect(placed).toEqual(ticks.map((value) => ({ ticks: value, isDiscontinuity: false })));
  });

  it.each([
    { name: '11 s forward within 33 ms', to: 900_000 + 990_000, elapsedMs: 33, ticks: 900_000 + 2_970 },
    { name: '2 s back', to: 900_000 - 180_000, elapsedMs: 33, ticks: 900_000 + 2_970 },
    { name: 'half the range away', to: (900_000 + 2 ** 31) % WRAP, elapsedMs: 33, ticks: 900_000 + 2_970 },
    { name: 'back, in the same millisecond', to: 100_000, elapsedMs: 0, ticks: 900_001 },
    { name: 'back, our own clock stepping back too', to: 100_000, elapsedMs: -5_000, ticks: 900_001 },
  ])('item 73: $name is a jump: time goes on by arrival', ({ to, elapsedMs, ticks }) => {
    const timeline = new RtpTimeline(90_000);
    timeline.place(900_000, 10_000_000);
    expect(timeline.place(to, 10_000_000 + elapsedMs * 1_000)).toEqual({ ticks, isDiscontinuity: true });
    expect(timeline.place((to + 3_000) % WRAP, 10_000_000 + elapsedMs * 1_000 + 33_333)).toEqual({
      ticks: ticks + 3_000,
      isDiscontinuity: false,
    });
  });

  it.each([
    { name: '9.9 s forward at once', to: 900_000 + 891_000, elapsedMs: 33 },
    { name: 'a pause of 60 s that took 60 s', to: 900_000 + 5_400_000, elapsedMs: 60_000 },
    { name: '0.9 s back (B-frames)', to: 900_000 - 81_000, elapsedMs: 33 },
  ])('item 73: $name is no jump', ({ to, elapsedMs }) => {
    const timeline = new RtpTimeline(90_000);
    timeline.place(900_000, 0);
    expect(timeline.place(to, elapsedMs * 1_000)).toEqual({ ticks: to, isDiscontinuity: false });
  });

  it('item 70: a restarted source goes on by arrival, whatever its timestamps', () => {
    const timeline = new RtpTimeline(90_000);
    timeline.place(900_000, 0);
    timeline.restart();
    expect(timeline.place(900_001, 100_000)).toEqual({ ticks: 909_000, isDiscontinuity: true });
  });

  it('item 72: any steps under ten seconds are followed exactly, over any number of wraps', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: WRAP - 1 }),
        fc.array(fc.nat(899_999), { maxLength: 200 }),
        (start, steps) => {
          const timeline = new RtpTimeline(90_000);
          const first = timeline.place(start, 0).ticks;
          let sum = 0;
          for (const step of steps) {
            sum += step;
            expect(timeline.place((start + sum) % WRAP, 0)).toEqual({ ticks: first + sum, isDiscontinuity: false });
          }
        },
      ),
    );
  });

  it('item 73: whatever the timestamps, time never falls back by more than a second, and is a safe whole number', () => {
    const packets = fc.array(
      fc.record({ at: fc.nat(WRAP - 1), afterUs: fc.integer({ min: -1_000, max: 5_000_000 }) }),
      { maxLength: 100 },
    );
    fc.assert(
      fc.property(packets, (series) => {
        const timeline = new RtpTimeline(90_000);
        let arrivalUs = 1e15;
        let latest = Number.NEGATIVE_INFINITY;
        for (const { at, afterUs } of series) {
          arrivalUs += afterUs;
          const { ticks } = timeline.place(at, arrivalUs);
          expect(Number.isSafeInteger(ticks) && ticks >= 0 && ticks >= latest - 90_000).toBe(true);
          latest = Math.max(latest, ticks);
        }
      }),
    );
  });
});
