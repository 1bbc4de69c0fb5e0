import { parseScaleOptions } from './options.ts';

const ALL = ['cost', 'control', 'hand-over', 'failover', 'simulation'];

it.each([
  { args: [], expected: { parts: ALL, quick: false, write: false, output: undefined } },
  { args: ['--quick', '--write'], expected: { parts: ALL, quick: true, write: true, output: undefined } },
  {
    args: ['--only', 'control', '--only', 'cost', '--output', 'x.json'],
    expected: { parts: ['cost', 'control'], quick: false, write: false, output: 'x.json' },
  },
  { args: ['--help'], expected: undefined },
])('$args', ({ args, expected }) => {
  expect(parseScaleOptions(args)).toEqual(expected);
});

it.each([
  {
    args: ['--only', 'costs'],
    words: '--only must be one of cost, control, hand-over, failover, simulation, not costs',
  },
  { args: ['--fast'], words: "Unknown option '--fast'" },
])('refuses $args', ({ args, words }) => {
  expect(() => parseScaleOptions(args)).toThrow(words);
});
