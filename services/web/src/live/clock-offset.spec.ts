import { ClockOffset } from './clock-offset.ts';

/** A round trip that takes `up` ms there and `down` ms back, to a server whose clock is `offset` ms ahead. */
const sample = (sentAtMs: number, up: number, down: number, offset: number) => ({
  sentAtMs,
  receivedAtMs: sentAtMs + up + down,
  serverTimeMs: sentAtMs + up + offset,
});

describe('ClockOffset', () => {
  it('knows nothing before the first round trip', () => {
    const clock = new ClockOffset();
    expect(clock.offsetMs).toBeUndefined();
    expect(clock.toServerMs(5)).toBeUndefined();
  });

  it.each([
    { name: 'one even round trip', samples: [sample(100, 10, 10, 1000)], offset: 1000 },
    {
      name: 'two uneven ones limit it from both sides',
      samples: [sample(100, 30, 0, 1000), sample(200, 0, 30, 1000)],
      offset: 1000,
    },
    {
      name: 'a clock set back by an hour is believed at once, even from a slow round trip',
      samples: [sample(0, 5, 5, 1000), sample(200, 50, 50, -3_599_000)],
      offset: -3_599_000,
    },
    {
      name: 'a round trip that ends before it began is refused',
      samples: [sample(0, 10, 10, 1000), { sentAtMs: 50, receivedAtMs: 40, serverTimeMs: 7 }],
      offset: 1000,
    },
    {
      name: 'a time that is no number is refused',
      samples: [sample(0, 10, 10, 1000), { sentAtMs: 50, receivedAtMs: 51, serverTimeMs: Number.NaN }],
      offset: 1000,
    },
    {
      name: 'a time rounded to the millisecond on a fast line contradicts nothing',
      samples: [sample(0, 10, 10, 1000), { sentAtMs: 50, receivedAtMs: 50.2, serverTimeMs: 1050.5 }],
      offset: 1000,
    },
  ])('$name', ({ samples, offset }) => {
    const clock = new ClockOffset();
    for (const each of samples) clock.add(each);
    expect(clock.offsetMs).toBeCloseTo(offset, 0);
    expect(clock.toServerMs(10)).toBeCloseTo(10 + offset, 0);
  });

  it.each([
    { name: 'a picture that took 40 ms', sentAtMs: 1_160, expected: false },
    { name: 'a picture on a bad line', sentAtMs: -7_000, expected: false },
    { name: 'one that arrived before it was sent, within what is not known', sentAtMs: 1_209, expected: false },
    { name: 'one that arrived before it was sent', sentAtMs: 1_216, expected: true },
    { name: 'one from a clock that was set an hour ahead', sentAtMs: 3_601_160, expected: true },
    { name: 'one from a clock that was set an hour back', sentAtMs: -3_598_840, expected: true },
    { name: 'one without a time', sentAtMs: Number.NaN, expected: false },
  ])('tells by $name whether the clock was set: $expected', ({ sentAtMs, expected }) => {
    const clock = new ClockOffset();
    expect(clock.isContradictedBy(sentAtMs, 200)).toBe(false);
    clock.add(sample(0, 10, 10, 1000));
    expect(clock.isContradictedBy(sentAtMs, 200)).toBe(expected);
  });

  it('tells the last round trip, and what the offset may be wrong by', () => {
    const clock = new ClockOffset();
    clock.add(sample(0, 1, 1, 1000));
    clock.add(sample(1000, 10, 10, 1000));
    expect(clock.roundTripMs).toBe(20);
    expect(clock.uncertaintyMs).toBeLessThan(3);
  });

  it('starts anew after a reset', () => {
    const clock = new ClockOffset();
    clock.add(sample(0, 1, 1, 1000));
    clock.reset();
    expect(clock.offsetMs).toBeUndefined();
    expect(clock.roundTripMs).toBeUndefined();
  });
});
