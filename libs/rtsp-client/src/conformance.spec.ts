/** docs/rtsp-conformance.md says which test shows which requirement: it must not say more than there is. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { asCell, readDocument, readRequirements, readTitles } from '../conformance/items.mjs';

const folder = fileURLToPath(new URL('..', import.meta.url));
const document = fileURLToPath(new URL('../../../docs/rtsp-conformance.md', import.meta.url));

const titles = readTitles(folder);
const requirements = readRequirements(folder);
const rows = readDocument(readFileSync(document, 'utf8'));

describe('the table of requirements', () => {
  it('has the items 1 to 100, each with a test', () => {
    expect(requirements.map(({ item }) => item)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    const tested = new Set(titles.map(({ item }) => item));
    expect(requirements.filter(({ item }) => !tested.has(item))).toEqual([]);
  });

  it('stands in the document as it is; run npm run conformance after a change', () => {
    expect(rows.map(({ item, requirement }) => [item, requirement])).toEqual(
      requirements.map(({ item, requirement }) => [item, asCell(requirement)]),
    );
  });

  it('names a test for each item, and only tests that exist', () => {
    const known = new Set(titles.map(({ item, file, title }) => `${item} ${file} ${asCell(title)}`));
    const named = rows.flatMap(({ item, tests }) => tests.map(({ title, file }) => `${item} ${file} ${title}`));
    expect(rows.filter(({ tests }) => tests.length === 0)).toEqual([]);
    expect(named.filter((test) => !known.has(test))).toEqual([]);
  });
});
