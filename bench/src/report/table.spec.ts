import { formatBar, formatNumber, formatTable } from './table.ts';

test('numbers stand to the right, words to the left', () => {
  const columns = [
    { title: '720p30', align: 'left' as const },
    { title: 'p50' },
    { title: '', align: 'left' as const },
  ];
  const rows = [
    ['Oriel', '31.2', '██'],
    ['ffmpeg, low delay', '101.0', '██████'],
  ];
  expect(formatTable(columns, rows)).toBe(
    ['  720p30                p50', '  Oriel                31.2   ██', '  ffmpeg, low delay   101.0   ██████'].join(
      '\n',
    ),
  );
});

test.each([
  { value: 100, max: 100, expected: '██████████' },
  { value: 55, max: 100, expected: '█████▌' },
  { value: 0.01, max: 100, expected: '▏' },
  { value: 0, max: 100, expected: '' },
  { value: 500, max: 100, expected: '██████████' },
  { value: Number.NaN, max: 100, expected: '' },
])('$value of $max is "$expected"', ({ value, max, expected }) => {
  expect(formatBar(value, max, 10)).toBe(expected);
});

test.each([
  { value: 31.25, digits: 1, expected: '31.3' },
  { value: undefined, digits: 0, expected: '–' },
  { value: Number.NaN, digits: 2, expected: '–' },
])('$value with $digits digits is $expected', ({ value, digits, expected }) => {
  expect(formatNumber(value, digits)).toBe(expected);
});
