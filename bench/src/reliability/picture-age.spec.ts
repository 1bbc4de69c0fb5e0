import { pictureAgeOf } from './picture-age.ts';

const seen = (...pictures: [atMs: number, ageMs: number | undefined, shownAgeMs: number | undefined][]) =>
  pictures.map(([atMs, ageMs, shownAgeMs]) => ({ atMs, madeAtMs: undefined, ageMs, shownAgeMs }));

it.each([
  { name: 'ages told right', pictures: seen([10, 40, 38], [20, 90, 80]), expected: [90, 10] },
  { name: 'an age told an hour wrong', pictures: seen([10, 40, 38], [20, 50, 3_600_050]), expected: [50, 3_600_000] },
  { name: 'a picture taken for younger than it is', pictures: seen([10, 400, 0]), expected: [400, 400] },
  {
    name: 'an age not told yet, and a barcode that cannot be read',
    pictures: seen([10, 70, undefined], [20, undefined, 7]),
    expected: [70, 0],
  },
  { name: 'what came before', pictures: seen([0, 900, 0], [10, 40, 40]), expected: [40, 0] },
  {
    name: 'what came while a clock was being followed',
    pictures: seen([50, 40, 9_000], [61, 40, 41]),
    expected: [40, 1],
  },
])('$name', ({ pictures, expected }) => {
  const { oldestMs, wrongByMs } = pictureAgeOf(pictures, 0, [{ fromMs: 45, toMs: 60 }]);
  expect([oldestMs, wrongByMs]).toEqual(expected);
});
