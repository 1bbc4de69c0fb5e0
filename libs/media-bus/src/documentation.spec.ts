import { readFileSync } from 'node:fs';

/** Rows of all tables that start with a byte offset, without blanks, which the formatter moves. */
function layoutRows(path: string): string[] {
  const text = readFileSync(new URL(path, import.meta.url), 'utf8');
  return [...text.matchAll(/^(?: \* )?(\|\s*\d+ \|.*\|)$/gm)].map(([, row = '']) => row.replaceAll(/\s+/g, ' '));
}

it.each([
  { file: 'access-unit-entry.ts', fields: 12 },
  { file: 'jpeg-entry.ts', fields: 14 },
])('docs/media-bus.md shows the layout table of $file', ({ file, fields }) => {
  const rows = layoutRows(file);
  expect(rows).toHaveLength(fields);
  expect(layoutRows('../../../docs/media-bus.md')).toEqual(expect.arrayContaining(rows));
});
