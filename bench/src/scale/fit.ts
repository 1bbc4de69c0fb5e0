/** What each unit of work costs, from measurements of which each did another mixture of them. Pure. */

export interface Sample<Unit extends string> {
  /** What was measured, e.g. cores. */
  readonly cost: number;
  /** How much of each unit was done for that; what is absent was not. */
  readonly units: Readonly<Partial<Record<Unit, number>>>;
}

export interface Fit<Unit extends string> {
  /** Cost of one of each unit; never below 0, since no work gives anything back. */
  readonly perUnit: Readonly<Record<Unit, number>>;
  /** The largest difference between a measurement and what its units add up to, by the measurement. */
  readonly largestError: number;
}

/**
 * Least squares of the relative errors, so that a cheap measurement weighs as much as a dear one.
 *
 * @param floor costs below it count as no smaller than this: there the clock's grain is what was measured
 * @throws TypeError when there are fewer samples than units
 */
export function fitCosts<Unit extends string>(
  units: readonly Unit[],
  samples: readonly Sample<Unit>[],
  floor: number,
): Fit<Unit> {
  if (samples.length < units.length) throw new TypeError(`${samples.length} samples cannot tell ${units.length} units`);
  const weights = samples.map(({ cost }) => 1 / Math.max(cost, floor));
  const rows = samples.map(({ units: done }, row) => units.map((unit) => (done[unit] ?? 0) * (weights[row] as number)));
  const costs = samples.map(({ cost }, row) => cost * (weights[row] as number));
  let best: { readonly solution: readonly number[]; readonly error: number } | undefined;
  // With a handful of units, every selection of those that cost something can be tried.
  for (let selection = 1; selection < 2 ** units.length; selection++) {
    const columns = units.map((_, column) => column).filter((column) => (selection >> column) & 1);
    const solution = solve(rows, costs, columns);
    if (solution === undefined || solution.some((value) => value < 0)) continue;
    const error = rows.reduce((sum, row, index) => sum + (dot(row, solution) - (costs[index] as number)) ** 2, 0);
    if (best === undefined || error < best.error) best = { solution, error };
  }
  const solution = best?.solution ?? units.map(() => 0);
  const errors = rows.map((row, index) => Math.abs(dot(row, solution) - (costs[index] as number)));
  const perUnit = Object.fromEntries(units.map((unit, column) => [unit, solution[column] as number]));
  return { perUnit: perUnit as Record<Unit, number>, largestError: Math.max(...errors) };
}

/** Normal equations of these columns, by Gauss and Jordan; undefined when the columns do not differ enough. */
function solve(
  rows: readonly (readonly number[])[],
  costs: readonly number[],
  columns: readonly number[],
): readonly number[] | undefined {
  const at = (row: readonly number[], column: number) => row[column] ?? 0;
  const matrix = columns.map((a) => [
    ...columns.map((b) => rows.reduce((sum, row) => sum + at(row, a) * at(row, b), 0)),
    rows.reduce((sum, row, index) => sum + at(row, a) * (costs[index] as number), 0),
  ]);
  for (const [pivot, line] of matrix.entries()) {
    const other = matrix.slice(pivot).reduce((a, b) => (Math.abs(at(b, pivot)) > Math.abs(at(a, pivot)) ? b : a));
    matrix[matrix.indexOf(other)] = line;
    matrix[pivot] = other;
    const divisor = at(other, pivot);
    if (Math.abs(divisor) < 1e-12) return undefined;
    matrix[pivot] = other.map((value) => value / divisor);
    for (const [index, row] of matrix.entries()) {
      if (index === pivot) continue;
      const factor = at(row, pivot);
      matrix[index] = row.map((value, column) => value - factor * at(matrix[pivot] as number[], column));
    }
  }
  const solution = Array.from({ length: rows[0]?.length ?? 0 }, () => 0);
  for (const [index, column] of columns.entries()) solution[column] = at(matrix[index] as number[], columns.length);
  return solution;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}
