// Which tests a change touches: those that import a changed file, directly or through others.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/**
 * Files that differ from `ref`, and those that git does not know yet; paths from the root.
 * Without `ref`: from where this branch left main, or, on main, from the last commit.
 */
export function changedFiles(root, ref) {
  const git = (...args) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const base = ref ?? git('merge-base', 'HEAD', 'main').trim();
  const lines = `${git('diff', '--name-only', base)}${git('ls-files', '--others', '--exclude-standard')}`;
  return [...new Set(lines.split('\n').filter((line) => line !== ''))];
}

/** Test files of the workspace that `changed` touches; paths from the root, in the order of the alphabet. */
export function relatedTests(root, changed) {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => SOURCE.test(file) && existsSync(join(root, file)));
  const importers = importersOf(root, files);
  const reached = new Set(
    changed.flatMap((file) => (file.endsWith('package.json') ? sourcesBeside(file, files) : [file])),
  );
  for (const file of reached) for (const importer of importers.get(file) ?? []) reached.add(importer);
  return [...reached].filter((file) => TEST.test(file) && files.includes(file)).sort();
}

const SOURCE = /\.(ts|tsx|mjs)$/;
const TEST = /\.(int-|e2e-|container-)?spec\.(ts|tsx|mjs)$/;
const IMPORT = /(?:from|import)\s*\(?\s*'([^']+)'|new URL\('(\.[^']+)'/g;

/** Who imports a file. A library of this workspace is imported by its name, which stands for its index.ts. */
function importersOf(root, files) {
  const known = new Set(files);
  const importers = new Map();
  for (const file of files) {
    for (const [, module, url] of readFileSync(join(root, file), 'utf8').matchAll(IMPORT)) {
      const target = resolve(file, module ?? url, known);
      if (target === undefined) continue;
      if (!importers.has(target)) importers.set(target, new Set());
      importers.get(target).add(file);
    }
  }
  return importers;
}

function resolve(file, module, known) {
  if (module.startsWith('.')) {
    const path = normalize(join(dirname(file), module));
    return known.has(path) ? path : undefined;
  }
  const [, name, entry = 'index'] = /^@oriel\/([a-z0-9-]+)(?:\/([a-z0-9-/]+))?$/.exec(module) ?? [];
  if (name === undefined) return undefined;
  return ['libs', 'tools']
    .flatMap((group) => [`${group}/${name}/src/${entry}.ts`, `${group}/${name}/src/${entry}/index.ts`])
    .find((path) => known.has(path));
}

/** Other dependencies can change anything in the package. */
function sourcesBeside(manifest, files) {
  const folder = dirname(manifest);
  return files.filter((file) => file.startsWith(`${folder}/src/`));
}
