import { ClockBounds } from './clock-bounds.ts';

const HOUR_MS = 3_600_000;

type Exchange = readonly [sentAtMs: number, receivedAtMs: number, serverTimeMs: number];

it.each<{ name: string; exchanges: readonly Exchange[]; offsetMs: number; uncertaintyMs: number }>([
  { name: 'one exchange: the middle', exchanges: [[1_000, 1_010, 5_005]], offsetMs: 4_000, uncertaintyMs: 5 },
  {
    name: 'a slow answer after a fast one changes nothing',
    exchanges: [
      [1_000, 1_002, 5_001],
      [1_002, 1_202, 5_005],
    ],
    offsetMs: 4_000,
    uncertaintyMs: 1.2,
  },
  {
    name: 'a slow way there and a slow way back limit it from both sides',
    exchanges: [
      [1_000, 1_100, 5_099],
      [1_100, 1_200, 5_101],
    ],
    offsetMs: 4_000,
    uncertaintyMs: 1,
  },
  {
    name: 'drift over a minute is allowed for',
    exchanges: [
      [1_000, 1_002, 5_001],
      [61_000, 61_100, 65_080],
    ],
    offsetMs: 4_020.5,
    uncertaintyMs: 40.5,
  },
  {
    name: 'the server was set an hour ahead',
    exchanges: [
      [1_000, 1_002, 5_001],
      [2_000, 2_004, 6_002 + HOUR_MS],
    ],
    offsetMs: 4_000 + HOUR_MS,
    uncertaintyMs: 2,
  },
  {
    name: 'the server was set an hour back',
    exchanges: [
      [1_000, 1_002, 5_001],
      [2_000, 2_004, 6_002 - HOUR_MS],
    ],
    offsetMs: 4_000 - HOUR_MS,
    uncertaintyMs: 2,
  },
  {
    name: 'another server, 200 ms ahead, answers slowly: what the first said is forgotten',
    exchanges: [
      [1_000, 1_002, 5_001],
      [2_000, 2_100, 6_250],
    ],
    offsetMs: 4_200,
    uncertaintyMs: 50,
  },
  {
    name: 'a process that stood still between question and answer learns nothing wrong',
    exchanges: [
      [1_000, 1_002, 5_001],
      [2_000, 12_000, 6_001],
    ],
    offsetMs: 3_995,
    uncertaintyMs: 6,
  },
])('$name', ({ exchanges, offsetMs, uncertaintyMs }) => {
  const bounds = new ClockBounds();
  for (const [sentAtMs, receivedAtMs, serverTimeMs] of exchanges) bounds.add({ sentAtMs, receivedAtMs, serverTimeMs });
  expect(bounds.offsetMs).toBeCloseTo(offsetMs, 0);
  expect(bounds.uncertaintyMs).toBeCloseTo(uncertaintyMs, 0);
});

it('knows nothing before the first exchange', () => {
  expect(new ClockBounds().offsetMs).toBeUndefined();
});
