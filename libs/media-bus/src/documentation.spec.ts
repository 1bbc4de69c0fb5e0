import { readFileSync } from 'node:fs';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

it.each(['access-unit-entry.ts', 'jpeg-entry.ts'])('docs/media-bus.md shows the layout table of %s', (file) => {
  const table = read(file)
    .split('\n')
    .filter((line) => line.startsWith(' * |'))
    .map((line) => line.slice(' * '.length));
  expect(table.length).toBeGreaterThan(10);
  expect(read('../../../docs/media-bus.md')).toContain(table.join('\n'));
});
