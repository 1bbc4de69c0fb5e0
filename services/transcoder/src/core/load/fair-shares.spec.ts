import fc from 'fast-check';
import { fairShares } from './fair-shares.ts';

describe('fairShares', () => {
  it.each([
    { name: 'nobody asks', demands: [], available: 2, expected: [] },
    { name: 'there is enough', demands: [0.2, 1.5], available: 2, expected: [0.2, 1.5] },
    {
      name: 'the largest gives way, the small ones lose nothing',
      demands: [3, 0.1, 0.2],
      available: 1,
      expected: [0.7, 0.1, 0.2],
    },
    {
      name: 'those that are equal share equally',
      demands: [1, 1, 0.1, 1],
      available: 1,
      expected: [0.3, 0.3, 0.1, 0.3],
    },
    { name: 'there is nothing', demands: [1, 0], available: 0, expected: [0, 0] },
  ])('$name', ({ demands, available, expected }) => {
    const shares = fairShares(demands, available);
    expect(shares.map((share) => Number(share.toFixed(9)))).toEqual(expected);
  });

  const cores = fc.double({ min: 0, max: 8, noNaN: true });
  const demands = fc.array(cores, { minLength: 1, maxLength: 40 });
  const nearly = 1e-9;

  it('gives out no more than there is, and all of it while somebody asks for more', () => {
    fc.assert(
      fc.property(demands, cores, (asked, available) => {
        const given = sum(fairShares(asked, available));
        expect(given).toBeLessThanOrEqual(available + nearly);
        expect(given).toBeCloseTo(Math.min(available, sum(asked)), 6);
      }),
    );
  });

  it('gives nobody more than asked for, nor less than an equal share of all unless that is more than asked for', () => {
    fc.assert(
      fc.property(demands, cores, (asked, available) => {
        for (const [index, share] of fairShares(asked, available).entries()) {
          const demand = asked[index] as number;
          expect(share).toBeLessThanOrEqual(demand + nearly);
          expect(share).toBeGreaterThanOrEqual(Math.min(demand, available / asked.length) - nearly);
        }
      }),
    );
  });

  it('gives those that ask for more no less, and everybody no less when there is more', () => {
    fc.assert(
      fc.property(demands, cores, cores, (asked, available, more) => {
        const sorted = asked.toSorted((a, b) => a - b);
        const shares = fairShares(sorted, available);
        const richer = fairShares(sorted, available + more);
        for (const [index, share] of shares.entries()) {
          if (index > 0) expect(share).toBeGreaterThanOrEqual((shares[index - 1] as number) - nearly);
          expect(richer[index]).toBeGreaterThanOrEqual(share - nearly);
        }
      }),
    );
  });
});

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
