import { SeededRandom } from './seeded-random.ts';

describe('SeededRandom', () => {
  it('gives the same series for the same seed, on every machine', () => {
    const random = new SeededRandom(42);
    expect([random.integer(0, 999), random.integer(0, 999), random.integer(0, 999)]).toEqual([601, 448, 852]);
  });

  it('stays within its range and reaches both ends', () => {
    const random = new SeededRandom(1);
    const values = new Set(Array.from({ length: 200 }, () => random.integer(3, 5)));
    expect([...values].sort()).toEqual([3, 4, 5]);
  });

  it.each([
    { probability: 0, hits: 0 },
    { probability: 1, hits: 100 },
  ])('chance $probability', ({ probability, hits }) => {
    const random = new SeededRandom(1);
    expect(Array.from({ length: 100 }, () => random.chance(probability)).filter(Boolean)).toHaveLength(hits);
  });

  it('shuffles without losing any', () => {
    expect(new SeededRandom(5).shuffled([1, 2, 3, 4]).sort()).toEqual([1, 2, 3, 4]);
  });
});
