import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { changedFiles, relatedTests } from './related-tests.mjs';

let root;
const write = (path, text = '') => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const git = (...args) => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: root });

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'oriel-related-'));
  write('libs/model/src/index.ts', "export { a } from './a.ts';");
  write('libs/model/src/a.ts', 'export const a = 1;');
  write('libs/model/src/a.spec.ts', "import { a } from './a.ts';");
  write('libs/bus/package.json', '{}');
  write('libs/bus/src/index.ts', "import type { a } from '@oriel/model';");
  write('libs/bus/src/bus.int-spec.ts', "import './index.ts';");
  write('services/x/src/main.ts', "const lib = await import('@oriel/bus');");
  write('services/x/src/main.spec.ts', "const main = new URL('./main.ts', import.meta.url);");
  write('services/x/src/other.spec.ts', "import { readFileSync } from 'node:fs';");
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-qm', 'x');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

it.each([
  {
    changed: ['libs/model/src/a.ts'],
    tests: ['libs/bus/src/bus.int-spec.ts', 'libs/model/src/a.spec.ts', 'services/x/src/main.spec.ts'],
  },
  { changed: ['libs/bus/package.json'], tests: ['libs/bus/src/bus.int-spec.ts', 'services/x/src/main.spec.ts'] },
  { changed: ['services/x/src/other.spec.ts'], tests: ['services/x/src/other.spec.ts'] },
  { changed: ['docs/operations.md'], tests: [] },
])('of $changed touches $tests', ({ changed, tests }) => {
  expect(relatedTests(root, changed)).toEqual(tests);
});

it('counts what is changed, staged, new, or committed on a branch', () => {
  expect(changedFiles(root)).toEqual([]);
  write('libs/model/src/a.ts', 'export const a = 2;');
  write('libs/model/src/b.ts');
  expect(changedFiles(root)).toEqual(['libs/model/src/a.ts', 'libs/model/src/b.ts']);
  git('checkout', '-qb', 'topic');
  git('add', '.');
  git('commit', '-qm', 'y');
  expect(changedFiles(root)).toEqual(['libs/model/src/a.ts', 'libs/model/src/b.ts']);
  expect(changedFiles(root, 'HEAD')).toEqual([]);
});
