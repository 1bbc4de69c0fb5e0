import { parseRenditionId, renditionId } from './rendition.ts';

const rendition = { width: 640, quality: 75, framerate: 15 };

it.each([
  { id: 'w640-q75-f15', expected: rendition },
  { id: 'w0-q100-f30', expected: { width: 0, quality: 100, framerate: 30 } },
])('renditionId and parseRenditionId agree on $id', ({ id, expected }) => {
  expect(parseRenditionId(id)).toEqual(expected);
  expect(renditionId(expected)).toBe(id);
});

it.each([
  '',
  'w640-q75',
  'w640-q0-f15',
  'w640-q101-f15',
  'w640-q75-f0',
  'w640-q75-f241',
  'w70000-q75-f15',
  'w0640-q75-f15',
  'w640-q75-f15\n',
])('parseRenditionId refuses %j', (id) => expect(parseRenditionId(id)).toBeUndefined());

it.each([
  { width: -1, quality: 75, framerate: 15 },
  { width: 640.5, quality: 75, framerate: 15 },
  { width: 640, quality: 0, framerate: 15 },
  { width: 640, quality: 75, framerate: Number.NaN },
])('renditionId refuses $width, $quality, $framerate', (invalid) => {
  expect(() => renditionId(invalid)).toThrow(RangeError);
});
