import { continuityOf } from './continuity.ts';

const seen = (...pictures: [atMs: number, madeAtMs?: number][]) =>
  pictures.map(([atMs, madeAtMs]) => ({ atMs, madeAtMs }));

it.each([
  { name: 'an even stream', pictures: seen([0, 1], [100, 2], [200, 3], [300, 4]), expected: [100, 100, 0, 0] },
  { name: 'a gap', pictures: seen([0, 1], [250, 2], [300, 3]), expected: [250, 250, 0, 0] },
  { name: 'a gap that does not end', pictures: seen([0, 1], [100, 2]), expected: [200, 300, 0, 0] },
  { name: 'a picture twice', pictures: seen([0, 1], [100, 1], [200, 2], [300, 3]), expected: [100, 100, 1, 0] },
  { name: 'a step back', pictures: seen([0, 1], [100, 3], [200, 2], [300, 4]), expected: [100, 100, 0, 1] },
  { name: 'barcodes that cannot be read', pictures: seen([0], [100], [200], [300]), expected: [100, 100, 0, 0] },
])('$name', ({ pictures, expected }) => {
  const { longestGapMs, longestGapEndedAtMs, repeated, reordered } = continuityOf(pictures, 0, 300);
  expect([longestGapMs, longestGapEndedAtMs, repeated, reordered]).toEqual(expected);
});
