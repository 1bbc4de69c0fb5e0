import type { FailureGroup } from './failure.ts';
import { missingRow, type Run, tableHead, tableRow } from './outcome.ts';

const group = (isAboutAge: boolean): FailureGroup => ({
  title: 'x',
  failures: [],
  isAboutAge,
  open: () => Promise.reject(new Error('not opened')),
});

const run = (longestGapsMs: readonly number[], status = 'live', [oldestMs, wrongByMs] = [80, 12]): Run => ({
  cameras: longestGapsMs.map((longestGapMs) => ({
    longestGapMs,
    longestGapEndedAtMs: 0,
    repeated: 0,
    reordered: 0,
    pictures: 9,
  })),
  ages: longestGapsMs.map(() => ({ oldestMs: oldestMs ?? 0, wrongByMs: wrongByMs ?? 0 })),
  status,
});

it.each([
  {
    name: 'nothing lost: the longest time between pictures, of all',
    row: tableRow(group(false), 'x', [run([110, 120, 190])]),
    expected: '| x | 1 | 0 of 3 | 0.12 s | 0.19 s | 0.19 s | 0 | 0 | live |',
  },
  {
    name: 'two of three lost, in two runs: of those that lost it',
    row: tableRow(group(false), 'x', [run([1_500, 1_900, 190], 'offline'), run([1_600, 1_700, 120], 'offline')]),
    expected: '| x | 2 | 2 of 3 | 1.60 s | 1.90 s | 1.90 s | 0 | 0 | offline |',
  },
  {
    name: 'ages',
    row: tableRow(group(true), 'x', [run([100], 'live', [80, 12]), run([100], 'connecting', [70, 19])]),
    expected: '| x | 2 | 0 of 1 | 0.10 s | 0.10 s | 0.10 s | 0 | 0 | 80 ms | 19 ms | live / connecting |',
  },
  {
    name: 'what cannot be done',
    row: missingRow(group(false), 'x', 'needs root'),
    expected: '| x | not run here: needs root |  |  |  |  |  |  |  |',
  },
])('$name', ({ row, expected }) => {
  expect(row).toBe(expected);
});

it.each([false, true])('has as many columns in its head as in its rows, with ages: %s', (isAboutAge) => {
  const columns = (line: string) => line.split('|').length;
  const [head = '', rule = ''] = tableHead(group(isAboutAge)).split('\n');
  for (const line of [rule, tableRow(group(isAboutAge), 'x', [run([100])]), missingRow(group(isAboutAge), 'x', 'y')])
    expect(columns(line)).toBe(columns(head));
});
