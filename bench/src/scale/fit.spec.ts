import { fitCosts, type Sample } from './fit.ts';

type Unit = 'process' | 'frame' | 'megabit';
const UNITS: readonly Unit[] = ['process', 'frame', 'megabit'];

it('finds the costs that measurements were made of', () => {
  const made = (process: number, frame: number, megabit: number): Sample<Unit> => ({
    cost: 0.01 * process + 0.002 * frame + 0.0005 * megabit,
    units: { process, frame, megabit },
  });
  const { perUnit, largestError } = fitCosts(
    UNITS,
    [made(1, 0, 0), made(1, 80, 5), made(1, 80, 60), made(4, 80, 60), made(1, 400, 300)],
    0.001,
  );
  expect(perUnit.process).toBeCloseTo(0.01, 6);
  expect(perUnit.frame).toBeCloseTo(0.002, 6);
  expect(perUnit.megabit).toBeCloseTo(0.0005, 6);
  expect(largestError).toBeLessThan(1e-6);
});

it('gives nothing a price below 0, and says how far it is off', () => {
  const samples: Sample<Unit>[] = [
    { cost: 1, units: { frame: 10, megabit: 10 } },
    { cost: 1.9, units: { frame: 20, megabit: 40 } },
    { cost: 4.1, units: { frame: 40, megabit: 10 } },
  ];
  const { perUnit, largestError } = fitCosts(UNITS, samples, 0.001);
  expect(perUnit.process).toBe(0);
  expect(perUnit.megabit).toBe(0);
  expect(perUnit.frame).toBeCloseTo(0.1, 2);
  expect(largestError).toBeGreaterThan(0.01);
  expect(largestError).toBeLessThan(0.1);
});

it('leaves a unit alone that never changes without another', () => {
  const samples: Sample<Unit>[] = [1, 2, 3].map((count) => ({ cost: count, units: { frame: count, megabit: count } }));
  const { perUnit } = fitCosts(UNITS, samples, 0.001);
  expect(perUnit.frame + perUnit.megabit).toBeCloseTo(1, 6);
});

it('refuses to guess', () => {
  expect(() => fitCosts(UNITS, [{ cost: 1, units: { frame: 1 } }], 0.001)).toThrow(TypeError);
});
