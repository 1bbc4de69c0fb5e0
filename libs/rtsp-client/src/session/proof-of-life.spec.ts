import { PacketRhythm } from './packet-rhythm.ts';
import { ProofOfLife } from './proof-of-life.ts';

const CHECK_MS = 125;

interface Playing {
  readonly intervalMs: number;
  readonly durationMs: number;
  /** How long each answer to a keepalive took. */
  readonly answersMs: readonly number[];
}

/** A stream whose packets come at this interval, from 0 on. */
function playing({ intervalMs = 100, durationMs = 10_000, answersMs = [20] }: Partial<Playing> = {}) {
  const rhythm = new PacketRhythm();
  const life = new ProofOfLife({ answerMs: 1_000, rhythm });
  let lastMs = 0;
  for (let atMs = 0; atMs <= durationMs; atMs += intervalMs) {
    lastMs = atMs;
    rhythm.onPacket(atMs);
  }
  for (const answerMs of answersMs) life.onAnswer(answerMs);
  return { life, rhythm, lastMs };
}

/** Checks on until something is to be done. @returns what, and how long after the last packet. */
function firstVerdict(life: ProofOfLife, lastMs: number, fromMs: number, heardMs = lastMs) {
  for (let afterMs = fromMs; afterMs <= 30_000; afterMs += CHECK_MS) {
    const verdict = life.check(lastMs + afterMs, heardMs);
    if (verdict !== 'wait') return { verdict, afterMs };
  }
  return undefined;
}

describe('item 64: a stream that falls silent is asked about', () => {
  it.each([
    { name: '25 frames/s: after more than a second', intervalMs: 40, expectedMs: 1_125 },
    { name: '1 frame/s: after more than two intervals', intervalMs: 1_000, expectedMs: 2_125 },
    { name: 'a picture every 2 s: after more than two intervals', intervalMs: 2_000, expectedMs: 4_125 },
    { name: 'a picture every 10 s: long after any session has ended', intervalMs: 10_000, expectedMs: 20_125 },
  ])('$name', ({ intervalMs, expectedMs }) => {
    const { life, lastMs } = playing({ intervalMs, durationMs: 60_000 });
    expect(firstVerdict(life, lastMs, 0)).toEqual({ verdict: 'ask', afterMs: expectedMs });
  });

  it.each([
    { name: 'a stream that has only begun', options: { durationMs: 2_900 } },
    { name: 'a camera that has not answered a keepalive while it played', options: { answersMs: [] } },
  ])('but not $name', ({ options }) => {
    const { life, lastMs } = playing(options);
    expect(firstVerdict(life, lastMs, 0)).toBeUndefined();
  });

  it('not while anything else comes', () => {
    const { life, lastMs } = playing();
    for (let afterMs = 0; afterMs <= 9_000; afterMs += CHECK_MS)
      expect(life.check(lastMs + afterMs, lastMs + afterMs - 900)).toBe('wait');
  });
});

describe('item 64: what was asked', () => {
  it('is dead after a second without a byte', () => {
    const { life, lastMs } = playing();
    const asked = firstVerdict(life, lastMs, 0);
    expect(asked).toEqual({ verdict: 'ask', afterMs: 1_125 });
    expect(life.isAsking).toBe(true);
    expect(firstVerdict(life, lastMs, 1_250)).toEqual({ verdict: 'dead', afterMs: 2_125 });
  });

  it('has four times as long as its slowest answer took', () => {
    const { life, lastMs } = playing({ answersMs: [10, 900, 10] });
    expect(firstVerdict(life, lastMs, 0)).toEqual({ verdict: 'ask', afterMs: 1_125 });
    expect(firstVerdict(life, lastMs, 1_250)).toEqual({ verdict: 'dead', afterMs: 4_750 });
  });

  it('lives once it has sent a byte, and is not asked again while its pictures stay away', () => {
    const { life, lastMs } = playing();
    firstVerdict(life, lastMs, 0);
    const answeredMs = lastMs + 1_300;
    expect(firstVerdict(life, lastMs, 1_375, answeredMs)).toBeUndefined();
    expect(life.isAsking).toBe(false);
  });

  it('is watched as before once pictures come, with the pause as part of its rhythm', () => {
    const { life, rhythm, lastMs } = playing();
    firstVerdict(life, lastMs, 0);
    const againMs = lastMs + 2_000;
    rhythm.onPacket(againMs);
    life.onPacket();
    expect(life.isAsking).toBe(false);
    expect(firstVerdict(life, againMs, 0)).toEqual({ verdict: 'ask', afterMs: 4_125 });
  });

  it('is not dead on the word of one late check: the process may have been held up', () => {
    const { life, lastMs } = playing();
    firstVerdict(life, lastMs, 0);
    expect(life.check(lastMs + 60_000, lastMs)).toBe('wait');
    expect(life.check(lastMs + 60_125, lastMs + 60_010)).toBe('wait');
    expect(life.isAsking).toBe(false);
  });
});

describe('the rhythm of packets', () => {
  it.each([
    { name: 'nothing', arrivalsMs: [], expected: undefined },
    { name: 'less than 3 s', arrivalsMs: [0, 1_000, 2_900], expected: undefined },
    { name: 'the longest interval', arrivalsMs: [0, 0, 40, 1_040, 1_080, 3_000], expected: 1_920 },
    { name: 'half a minute later still', arrivalsMs: [0, 5_000, 10_000, 30_000, 30_100, 59_000], expected: 28_900 },
    {
      name: 'no longer than a minute',
      arrivalsMs: [0, 5_000, ...Array.from({ length: 601 }, (_, index) => 5_100 + index * 100)],
      expected: 100,
    },
  ])('$name', ({ arrivalsMs, expected }) => {
    const rhythm = new PacketRhythm();
    for (const arrivalMs of arrivalsMs) rhythm.onPacket(arrivalMs);
    expect(rhythm.longestIntervalMs).toBe(expected);
  });
});
