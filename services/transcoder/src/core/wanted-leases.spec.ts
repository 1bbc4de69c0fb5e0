import { WantedLeases } from './wanted-leases.ts';

let nowMs: number;
let offered: string[];
let isAway: boolean;
let leases: WantedLeases;

beforeEach(() => {
  [nowMs, offered, isAway] = [0, [], false];
  leases = new WantedLeases({
    offers: {
      offer: async (queue, ...cameraIds) => {
        if (isAway) throw new Error('away');
        offered.push(`${nowMs} ${queue}: ${cameraIds.join(' ')}`);
      },
    },
    nowMs: () => nowMs,
  });
});

/** The demand at each reading, by time in ms. */
type Readings = Readonly<Record<number, readonly string[]>>;

async function follow(readings: Readings): Promise<string[]> {
  for (const [atMs, cameraIds] of Object.entries(readings)) {
    nowMs = Number(atMs);
    await leases.follow(new Set(cameraIds));
  }
  return offered;
}

it.each<{ what: string; readings: Readings; says: string[] }>([
  { what: 'nothing is wanted', readings: { 0: [], 500: [] }, says: [] },
  {
    what: 'another transcoder holds them',
    readings: { 0: ['a', 'b'], 500: ['a', 'b'], 1500: ['a', 'b'], 2000: ['a', 'b'], 2500: ['a', 'b'] },
    says: ['0 transcode: a b', '2000 transcode: a b'],
  },
  {
    what: 'one more is wanted',
    readings: { 0: ['a'], 500: ['a', 'b'], 2000: ['a', 'b'], 2500: ['a', 'b'] },
    says: ['0 transcode: a', '500 transcode: b', '2000 transcode: a', '2500 transcode: b'],
  },
  {
    what: 'one was held here, or not wanted, for a moment',
    readings: { 0: ['a'], 500: [], 1000: ['a'], 1500: ['a'] },
    says: ['0 transcode: a', '1000 transcode: a'],
  },
])('offers by one request when due, while $what', async ({ readings, says }) => {
  expect(await follow(readings)).toEqual(says);
});

it('offers at the next reading what could not be offered', async () => {
  isAway = true;
  await expect(leases.follow(new Set(['a']))).rejects.toThrow('away');
  isAway = false;
  expect(await follow({ 500: ['a'], 1000: ['a'] })).toEqual(['500 transcode: a']);
});
