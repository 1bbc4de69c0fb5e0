import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { root as repository } from './setup.mjs';

const BUILD = new URL('build.mjs', import.meta.url).href;
const SETUP = new URL('setup.mjs', import.meta.url).href;

const PACKAGE = { version: '0.1.0', private: true, type: 'module' };
const CONFIG = {
  compilerOptions: {
    composite: true,
    rootDir: 'src',
    outDir: 'dist',
    tsBuildInfoFile: 'dist/.tsbuildinfo',
    module: 'nodenext',
    target: 'es2023',
    types: [],
    rewriteRelativeImportExtensions: true,
  },
  include: ['src'],
};
const PARTS = Array.from({ length: 40 }, (_, index) => `part-${index}`);

let root;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'oriel-build-'));
  write('package.json', JSON.stringify({ ...PACKAGE, name: 'clock', workspaces: ['libs/*', 'app'] }));
  write('package-lock.json', '{}');
  write('tsconfig.base.json', '{}');
  for (const [directory, name] of [
    ['libs/parts', '@clock/parts'],
    ['app', '@clock/app'],
  ]) {
    write(`${directory}/package.json`, JSON.stringify({ ...PACKAGE, name, exports: './dist/index.js' }));
    link(join(root, directory), `node_modules/${name}`);
  }
  write('libs/parts/tsconfig.build.json', JSON.stringify(CONFIG));
  write(
    'app/tsconfig.build.json',
    JSON.stringify({ ...CONFIG, references: [{ path: '../libs/parts/tsconfig.build.json' }] }),
  );
  for (const part of PARTS) write(`libs/parts/src/${part}.ts`, `export const name = '${part}';\n`);
  write(
    'libs/parts/src/index.ts',
    PARTS.map((part, index) => `export { name as n${index} } from './${part}.ts';\n`).join(''),
  );
  write(
    'app/src/index.ts',
    "import { n39 } from '@clock/parts';\nexport const said: string = ['ready', n39].join(' ');\n",
  );
  for (const name of ['typescript', '@typescript', 'vite'])
    if (existsSync(join(repository, 'node_modules', name)))
      link(join(repository, 'node_modules', name), `node_modules/${name}`);
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path, text) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function link(target, path) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(target, join(root, path));
}

/**
 * Builds, then runs what was built, as `npm run camera` does. Notes in `builds` when it begins and ends to build.
 *
 * @returns what the program said.
 */
async function start(names = ['@clock/app'], then = RUN_APP) {
  const program = `
    import { appendFileSync } from 'node:fs';
    import { build } from '${BUILD}';
    import { capture } from '${SETUP}';
    const run = async (file, args, cwd) => {
      appendFileSync('builds', 'begins ');
      const { code, output } = await capture(process.execPath, [file, ...args], { cwd });
      appendFileSync('builds', 'ends ');
      if (code !== 0) process.stderr.write(output);
      return code;
    };
    const isBuilt = await build({ root: process.cwd(), names: ${JSON.stringify(names)}, run });
    if (!isBuilt) throw new Error('not built');
    ${then}`;
  const env = { ...process.env, NODE_OPTIONS: '' };
  const args = ['--input-type=module', '-e', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
  return stdout.trim();
}

const RUN_APP = "console.log((await import(process.cwd() + '/app/dist/index.js')).said)";

it('lets three programs that start at once, with nothing built, build one after the other and run', async () => {
  expect(await Promise.all([start(), start(), start()])).toEqual(Array(3).fill('ready part-39'));
  expect(readFileSync(join(root, 'builds'), 'utf8')).toBe('begins ends '.repeat(3));
});

it('takes nothing away from a program that runs while others build a change', async () => {
  await start();
  write('libs/parts/src/part-39.ts', "export const name = 'new';\n");
  const outputs = ['app/dist/index.js', ...PARTS.map((part) => `libs/parts/dist/${part}.js`)];
  let isBuilding = true;
  const missing = new Set();
  const others = Promise.all([start(), start()]).finally(() => {
    isBuilding = false;
  });
  while (isBuilding) {
    for (const output of outputs) if (!existsSync(join(root, output))) missing.add(output);
    await setImmediate();
  }
  expect(await others).toEqual(['ready new', 'ready new']);
  expect([...missing]).toEqual([]);
});

it('leaves alone what is built and up to date', async () => {
  await start();
  const before = statSync(join(root, 'app/dist/index.js')).mtimeMs;
  await start();
  expect(statSync(join(root, 'app/dist/index.js')).mtimeMs).toBe(before);
});

it('removes what is left of a source that is gone', async () => {
  await start();
  expect(existsSync(join(root, 'libs/parts/dist/part-0.js'))).toBe(true);
  rmSync(join(root, 'libs/parts/src/part-0.ts'));
  write('libs/parts/src/index.ts', "export { name as n39 } from './part-39.ts';\n");
  await start();
  for (const ending of ['js', 'd.ts']) expect(existsSync(join(root, `libs/parts/dist/part-0.${ending}`))).toBe(false);
  expect(existsSync(join(root, 'libs/parts/dist/part-39.js'))).toBe(true);
});

it('says so when it cannot be built', async () => {
  write('app/src/index.ts', 'export const said: string = 7;\n');
  await expect(start()).rejects.toThrow('not built');
});

describe('a page', () => {
  const html = () => readFileSync(join(root, 'page/dist/index.html'), 'utf8');
  beforeEach(() => {
    write('page/package.json', JSON.stringify({ ...PACKAGE, name: '@clock/page', dependencies: {} }));
    write('package.json', JSON.stringify({ ...PACKAGE, name: 'clock', workspaces: ['page'] }));
    write('page/vite.config.ts', 'export default {};\n');
    write('page/index.html', '<!doctype html><title>One</title>\n');
  });

  it('is built when its sources changed, and only then', async () => {
    await start(['@clock/page'], '');
    const first = statSync(join(root, 'page/dist')).ino;
    await start(['@clock/page'], '');
    expect(statSync(join(root, 'page/dist')).ino).toBe(first);
    write('page/index.html', '<!doctype html><title>Two</title>\n');
    await start(['@clock/page'], '');
    expect(html()).toContain('Two');
  });

  it('stays as it was when it cannot be built', async () => {
    await start(['@clock/page'], '');
    write('page/index.html', '<!doctype html><script type="module" src="/gone.js"></script>\n');
    await expect(start(['@clock/page'], '')).rejects.toThrow('not built');
    expect(html()).toContain('One');
  });
});
