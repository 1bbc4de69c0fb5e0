import { asMarkdown, forTerminal, putBetweenMarkers, type ScaleTable } from './scale-table.ts';

const TABLE: ScaleTable = {
  name: 'cost',
  title: 'What a frame costs',
  columns: ['transcoders', 'ms'],
  rows: [
    ['1', '9.5'],
    ['2', '10.25'],
  ],
  note: 'On a quiet machine.',
};

it('stands in a terminal with its title', () => {
  expect(forTerminal(TABLE)).toBe(
    [
      '  What a frame costs',
      '',
      '  transcoders      ms',
      '  1               9.5',
      '  2             10.25',
      '',
      '  On a quiet machine.',
    ].join('\n'),
  );
});

it('stands in a page without it', () => {
  expect(asMarkdown(TABLE)).toBe(
    '| transcoders | ms |\n| --- | --: |\n| 1 | 9.5 |\n| 2 | 10.25 |\n\nOn a quiet machine.',
  );
});

it('takes the place of the one before, and of nothing else', () => {
  const page = 'a\n<!-- bench:scale cost -->\nold $& one\n<!-- /bench:scale cost -->\nb\n';
  expect(putBetweenMarkers(page, 'cost', 'new $& one')).toBe(
    'a\n<!-- bench:scale cost -->\nnew $& one\n<!-- /bench:scale cost -->\nb\n',
  );
  expect(() => putBetweenMarkers(page, 'plan', 'x')).toThrow('<!-- bench:scale plan -->');
});
