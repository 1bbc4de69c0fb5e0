import { pictureAgeOf } from './picture-age.ts';

type Picture = readonly [atMs: number, ageMs: number | undefined, shownAgeMs: number | undefined];

/** Six of each, 10 ms apart. */
const seen = (...pictures: readonly Picture[]) =>
  pictures.flatMap(([atMs, ageMs, shownAgeMs]) =>
    Array.from({ length: 6 }, (_, index) => ({ atMs: atMs + index, madeAtMs: undefined, ageMs, shownAgeMs })),
  );

it.each([
  { name: 'ages told right', pictures: seen([10, 40, 38], [20, 90, 80]), expected: [90, 10] },
  { name: 'an age told an hour wrong', pictures: seen([10, 40, 38], [20, 50, 3_600_050]), expected: [50, 3_600_000] },
  { name: 'pictures taken for younger than they are', pictures: seen([10, 400, 0]), expected: [400, 400] },
  { name: 'an age not told yet', pictures: seen([10, 70, undefined]), expected: [70, 0] },
  { name: 'barcodes that cannot be read', pictures: seen([10, undefined, 7]), expected: [0, 0] },
  { name: 'what came before', pictures: seen([-20, 900, 0], [10, 40, 40]), expected: [40, 0] },
  {
    name: 'what came while a clock was being followed',
    pictures: seen([50, 40, 9_000], [61, 40, 41]),
    expected: [40, 1],
  },
  {
    name: 'four that were held up on their way',
    pictures: [...seen([10, 40, 38]), ...seen([20, 300, 38]).slice(0, 4), ...seen([30, 40, 38])],
    expected: [40, 2],
  },
])('$name', ({ pictures, expected }) => {
  const { oldestMs, wrongByMs } = pictureAgeOf(pictures, 0, [{ fromMs: 45, toMs: 60 }]);
  expect([oldestMs, wrongByMs]).toEqual(expected);
});
