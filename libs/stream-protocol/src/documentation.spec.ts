import { readFileSync } from 'node:fs';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const page = read('../../../docs/protocol.md');

const namesIn = (file: string, pattern: RegExp) => [...read(file).matchAll(pattern)].map(([, name]) => name ?? '');

it.each([
  ...namesIn('./events.ts', /^ {2}(\w+): \(/gm).map((name) => ({ what: 'event', name })),
  ...namesIn('./frame-header.ts', /^ {2}readonly (\w+)\??:/gm).map((name) => ({
    what: 'field of the frame header',
    name,
  })),
  ...namesIn('./camera-view.ts', /^ {2}readonly (\w+)\??:/gm).map((name) => ({ what: 'field of a camera', name })),
])('docs/protocol.md has the $what $name', ({ name }) => {
  expect(page).toContain(`\`${name}\``);
});
