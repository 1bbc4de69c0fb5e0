/** The tests by checklist item, as their titles stand in the sources: `item NN: …` of a test, a table row or a describe. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const TITLE = /(['"`])item (\d{1,3}): ((?:\\.|(?!\1)[^\\])*)\1/g;
/** What jest and template strings fill in. */
const PLACEHOLDER = /\$\{[^}]*\}|\$[a-zA-Z][\w.]*|%[sdifjop#]/g;

export function readRequirements(folder) {
  const byPart = JSON.parse(readFileSync(join(folder, 'conformance/requirements.json'), 'utf8'));
  return Object.entries(byPart).flatMap(([part, items]) =>
    Object.entries(items).map(([item, requirement]) => ({ item: Number(item), part, requirement })),
  );
}

export function readTitles(folder) {
  const files = readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' });
  const specs = files.filter((file) => /\.(int-)?spec\.ts$/.test(file)).sort();
  return specs.flatMap((file) => {
    const path = join(folder, 'src', file);
    const found = readFileSync(path, 'utf8').matchAll(TITLE);
    return [...found].map(([, , item = '', text = '']) => ({
      item: Number(item),
      file: relative(folder, path).split(sep).join('/'),
      title: text.replaceAll(/\\(.)/g, '$1').replaceAll(PLACEHOLDER, '…'),
      pattern: new RegExp(
        `item ${item}: ${text
          .replaceAll(/\\(.)/g, '$1')
          .split(PLACEHOLDER)
          .map((words) => words.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
          .join('.*')}`,
        's',
      ),
    }));
  });
}

/** The rows of the document: which tests it names for which item. */
export function readDocument(text) {
  return [...text.matchAll(/^\| (\d{1,3}) \| (.*?) \| (.*) \| (.*?) \|$/gm)].map(([, item, requirement, tests]) => ({
    item: Number(item),
    requirement,
    tests: [...tests.matchAll(/(.*?) \(\[[^\]]*\]\(\.\.\/libs\/rtsp-client\/([^)]*)\)\)(?:<br>|$)/g)].map(
      ([, title, file]) => ({ title, file }),
    ),
  }));
}

/** Text for a table cell. */
export function asCell(text) {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*').replaceAll('$', '\\$');
}
