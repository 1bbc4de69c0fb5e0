import { parseBenchOptions } from './options.ts';

test.each([
  {
    args: [],
    expected: { parts: ['age', 'first-picture', 'viewers', 'idle'], seconds: 60, turns: 3, tries: 6, quick: false },
  },
  {
    args: ['--only', 'age', '--seconds', '30'],
    expected: { parts: ['age'], seconds: 30, turns: 3, tries: 6, quick: false },
  },
  {
    args: ['--quick'],
    expected: { parts: ['age', 'first-picture', 'viewers', 'idle'], seconds: 6, turns: 1, tries: 2, quick: true },
  },
  {
    args: ['--only', 'idle', '--camera', 'rtsp://127.0.0.1/test'],
    expected: { parts: ['idle'], camera: 'rtsp://127.0.0.1/test' },
  },
  { args: ['--go2rtc', '/opt/go2rtc'], expected: { go2rtc: '/opt/go2rtc' } },
  { args: ['--quick', '--output', 'a.json'], expected: { output: 'a.json' } },
])('$args', ({ args, expected }) => {
  expect(parseBenchOptions(args)).toMatchObject(expected);
});

test('--help asks for help', () => {
  expect(parseBenchOptions(['--help'])).toBeUndefined();
});

test.each([
  { args: ['--only', 'ages'], message: '--only must be one of age, first-picture, viewers, idle, not ages' },
  { args: ['--seconds', '1'], message: '--seconds must be from 3 to 3600, not 1' },
  { args: ['--seconds', 'ten'], message: '--seconds must be from 3 to 3600, not ten' },
])('refuses $args', ({ args, message }) => {
  expect(() => parseBenchOptions(args)).toThrow(new TypeError(message));
});
