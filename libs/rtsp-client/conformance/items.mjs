/**
 * The tests by what they show, as their titles stand in the sources: `item NN: …` is one of the checklist, `device NN` anywhere in a
 * title a row of the table of known devices. A title is that of a test, of a row in its table or of a describe.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const ITEM = /(['"`])(item (\d{1,3})(?:, device \d{1,2})?: (?:\\.|(?!\1)[^\\\n])*)\1/g;
const DEVICE = /(['"`])((?:\\.|(?!\1)[^\\\n])*\bdevice (\d{1,2})\b(?:\\.|(?!\1)[^\\\n])*)\1/g;
const PREFIX = /^item \d+(?:, device \d+)?: |(?:; device \d+(?=\))| \(device \d+\))/g;
/** What jest and template strings fill in. */
const PLACEHOLDER = /\$\{[^}]*\}|\$[a-zA-Z][\w.]*|%[sdifjop#]/g;

export function readRequirements(folder) {
  const byPart = JSON.parse(readFileSync(join(folder, 'conformance/requirements.json'), 'utf8'));
  return Object.entries(byPart).flatMap(([part, items]) =>
    Object.entries(items).map(([item, requirement]) => ({ item: Number(item), part, requirement })),
  );
}

export function readDevices(folder) {
  const rows = JSON.parse(readFileSync(join(folder, 'conformance/devices.json'), 'utf8'));
  return Object.entries(rows).map(([device, requirement]) => ({ device: Number(device), requirement }));
}

/** The libraries whose tests show the requirements, from the root of the repository. */
export const LIBRARIES = ['libs/rtp', 'libs/rtsp-client'];

/** What a title shows: `kind` and `number`, such as item 17 or device 3; `file` from the root of the repository. */
export function readTitles(root) {
  return LIBRARIES.flatMap((library) => titlesOf(root, join(root, library)));
}

function titlesOf(root, folder) {
  const files = readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' });
  const specs = files.filter((file) => /\.(int-)?spec\.ts$/.test(file) && file !== 'conformance.spec.ts').sort();
  return specs.flatMap((file) => {
    const path = join(folder, 'src', file);
    const source = readFileSync(path, 'utf8');
    const own = { file: relative(root, path).split(sep).join('/') };
    const titles = (kind, pattern) =>
      [...source.matchAll(pattern)].map(([, , text, number]) => ({
        ...own,
        kind,
        number: Number(number),
        ...named(text),
      }));
    return [...titles('item', ITEM), ...titles('device', DEVICE)];
  });
}

function named(text) {
  const words = text.replaceAll(/\\(.)/g, '$1');
  const literal = words.split(PLACEHOLDER).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return {
    title: words.replaceAll(PREFIX, '').replaceAll(PLACEHOLDER, '…'),
    pattern: new RegExp(literal.join('.*'), 's'),
  };
}

/** The rows of the document: which tests it names for which item or device. */
export function readDocument(text) {
  return [...text.matchAll(/^\| (device )?(\d{1,3}) \| (.*?) \| (.*) \| (.*?) \|$/gm)].map(
    ([, device, number, requirement, tests]) => ({
      kind: device === undefined ? 'item' : 'device',
      number: Number(number),
      requirement,
      tests: [...tests.matchAll(/(.*?) \(\[[^\]]*\]\(\.\.\/([^)]*)\)\)(?:<br>|$)/g)].map(([, title, file]) => ({
        title,
        file,
      })),
    }),
  );
}

/** Text for a table cell. */
export function asCell(text) {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*').replaceAll('$', '\\$');
}
