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
    { name: 'an uneven one is wrong by half the difference', samples: [sample(100, 30, 10, 1000)], offset: 1010 },
    {
      name: 'the shortest wins, wherever it stands',
      samples: [sample(0, 90, 10, 1000), sample(200, 4, 4, 1000), sample(400, 10, 70, 1000)],
      offset: 1000,
    },
    {
      name: 'of two equally short the newer',
      samples: [sample(0, 10, 10, 1000), sample(200, 10, 10, 1003)],
      offset: 1003,
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
  ])('$name', ({ samples, offset }) => {
    const clock = new ClockOffset();
    for (const each of samples) clock.add(each);
    expect(clock.offsetMs).toBe(offset);
    expect(clock.toServerMs(10)).toBe(10 + offset);
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

  it('forgets the shortest once eight newer ones came', () => {
    const clock = new ClockOffset();
    clock.add(sample(0, 1, 1, 1000));
    for (let i = 1; i <= 8; i++) clock.add(sample(i * 1000, 10, 10, 1002));
    expect(clock.offsetMs).toBe(1002);
    expect(clock.roundTripMs).toBe(20);
  });

  it('starts anew after a reset', () => {
    const clock = new ClockOffset();
    clock.add(sample(0, 1, 1, 1000));
    clock.reset();
    expect(clock.offsetMs).toBeUndefined();
    expect(clock.roundTripMs).toBeUndefined();
  });
});
