// Builds what changed, and takes nothing away from programs that run: compiled files are replaced in place, the page as a whole.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';

/** Written into a built page: the hash of what it was built from. */
const STAMP = '.built-from';

/**
 * Programs that are started side by side build one after the other, and all but the first find everything up to date.
 *
 * @param root Of the repository.
 * @param names Packages, each built with what it refers to; undefined for all.
 * @param run Runs a Node program: `(file, args, directory) => exit code`.
 * @param onWait Called once if another program is building.
 * @returns whether all were built.
 */
export function build({ onWait, ...request }) {
  return withLock(`build ${request.root}`, () => buildNow(request), { onWait });
}

async function buildNow({ root, names, fromScratch = false, run }) {
  const packages = readPackages(root);
  const chosen = packages.filter(({ name }) => names === undefined || names.includes(name));
  const compiled = chosen.filter(({ directory }) => existsSync(join(directory, 'tsconfig.build.json')));
  // Compiles what they refer to as well, and knows by itself what is up to date.
  const projects = compiled.map(({ directory }) => join(directory, 'tsconfig.build.json'));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  if (projects.length > 0 && (await run(tsc, ['-b', ...(fromScratch ? ['--force'] : []), ...projects], root)) !== 0)
    return false;
  for (const { directory } of packages) removeStaleOutputs(directory);
  for (const { directory } of chosen.filter((one) => existsSync(join(one.directory, 'vite.config.ts'))))
    if (!(await buildPage({ root, packages, directory, fromScratch, run }))) return false;
  return true;
}

function readPackages(root) {
  const { workspaces } = readJson(join(root, 'package.json'));
  const directories = workspaces.flatMap((pattern) =>
    pattern.endsWith('/*')
      ? readdirSync(join(root, pattern.slice(0, -2))).map((name) => join(root, pattern.slice(0, -2), name))
      : [join(root, pattern)],
  );
  return directories
    .filter((directory) => existsSync(join(directory, 'package.json')))
    .map((directory) => ({ directory, ...readJson(join(directory, 'package.json')) }));
}

/** Outputs whose source is gone: the compiler leaves them. */
function removeStaleOutputs(directory) {
  const dist = join(directory, 'dist');
  if (!existsSync(join(dist, '.tsbuildinfo'))) return;
  for (const file of filesIn(dist)) {
    const source = file.replace(/(?:\.d\.ts|\.js)(?:\.map)?$/, '');
    if (source === file) continue;
    const isStale = !['.ts', '.tsx'].some((ending) => existsSync(join(directory, 'src', `${source}${ending}`)));
    if (isStale) rmSync(join(dist, file));
  }
}

/** Built beside and then moved into place, so that whoever serves it finds the whole old page or the whole new one. */
async function buildPage({ root, packages, directory, fromScratch, run }) {
  const dist = join(directory, 'dist');
  const stamp = hashOfInputs(root, packages, directory);
  if (!fromScratch && readIfThere(join(dist, STAMP)) === stamp) return true;
  const next = join(directory, '.dist-next');
  const previous = join(directory, '.dist-previous');
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  if ((await run(vite, ['build', '--outDir', next, '--emptyOutDir'], directory)) !== 0) return false;
  writeFileSync(join(next, STAMP), stamp);
  rmSync(previous, { recursive: true, force: true });
  if (existsSync(dist)) renameSync(dist, previous);
  renameSync(next, dist);
  rmSync(previous, { recursive: true, force: true });
  return true;
}

function hashOfInputs(root, packages, directory) {
  const { dependencies } = readJson(join(directory, 'package.json'));
  const imported = packages.filter(({ name }) => Object.hasOwn(dependencies, name)).map((one) => one.directory);
  const hash = createHash('sha256').update(process.version);
  for (const file of [join(root, 'package-lock.json'), join(root, 'tsconfig.base.json')])
    hash.update(readFileSync(file));
  for (const place of [directory, ...imported])
    for (const file of filesIn(place)) hash.update(`\0${file}\0`).update(readFileSync(join(place, file)));
  return hash.digest('hex');
}

/** Paths inside `directory`, sorted, without what is installed or built. */
function filesIn(directory, under = '') {
  return readdirSync(join(directory, under), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(under, entry.name);
      if (entry.isDirectory()) return NOT_SOURCES.has(entry.name) ? [] : filesIn(directory, path);
      return entry.isFile() ? [path] : [];
    });
}

const NOT_SOURCES = new Set(['node_modules', 'dist', 'coverage', '.dist-next', '.dist-previous']);

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
