/** docs/rtsp-conformance.md says which test shows which requirement: it must not say more than there is. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { asCell, readDevices, readDocument, readRequirements, readTitles } from '../conformance/items.mjs';

const folder = fileURLToPath(new URL('..', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));
const document = fileURLToPath(new URL('../../../docs/rtsp-conformance.md', import.meta.url));

const titles = readTitles(root);
const rows = readDocument(readFileSync(document, 'utf8'));
const kinds = [
  { kind: 'item', count: 100, known: readRequirements(folder).map(({ item, ...rest }) => ({ number: item, ...rest })) },
  { kind: 'device', count: 46, known: readDevices(folder).map(({ device, ...rest }) => ({ number: device, ...rest })) },
];

describe.each(kinds)('the table of requirements by $kind', ({ kind, count, known }) => {
  const own = rows.filter((row) => row.kind === kind);

  it(`has the numbers 1 to ${count}, each with a test`, () => {
    expect(known.map(({ number }) => number)).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    const tested = new Set(titles.filter((title) => title.kind === kind).map(({ number }) => number));
    expect(known.filter(({ number }) => !tested.has(number))).toEqual([]);
  });

  it('stands in the document as it is; run npm run conformance after a change', () => {
    expect(own.map(({ number, requirement }) => [number, requirement])).toEqual(
      known.map(({ number, requirement }) => [number, asCell(requirement)]),
    );
  });

  it('names a test for each, and only tests that exist', () => {
    const existing = new Set(
      titles.map((title) => `${title.kind} ${title.number} ${title.file} ${asCell(title.title)}`),
    );
    const named = own.flatMap(({ number, tests }) =>
      tests.map(({ title, file }) => `${kind} ${number} ${file} ${title}`),
    );
    expect(own.filter(({ tests }) => tests.length === 0)).toEqual([]);
    expect(named.filter((test) => !existing.has(test))).toEqual([]);
  });
});
