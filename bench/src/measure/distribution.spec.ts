import { distributionOf } from './distribution.ts';

test.each([
  { name: 'one value', values: [7], expected: { count: 1, p50: 7, p95: 7, p99: 7, max: 7 } },
  {
    name: 'two values: the lower one is the median',
    values: [9, 1],
    expected: { count: 2, p50: 1, p95: 9, p99: 9, max: 9 },
  },
  {
    name: '1 to 100 in the wrong order',
    values: Array.from({ length: 100 }, (_, index) => 100 - index),
    expected: { count: 100, p50: 50, p95: 95, p99: 99, max: 100 },
  },
  {
    name: 'nothing',
    values: [],
    expected: { count: 0, p50: Number.NaN, p95: Number.NaN, p99: Number.NaN, max: Number.NaN },
  },
])('$name', ({ values, expected }) => {
  expect(distributionOf(values)).toEqual(expected);
});
