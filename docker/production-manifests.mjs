// Takes out of the manifests and the lock what only development needs, so that an install brings what runs and no more.
// `npm ci --omit=dev -w` alone still brings the dependencies of workspaces that are used in tests only, optional peers of
// which another workspace has use, and node-av's WebRTC library, which nothing here calls.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NOT_CALLED = ['werift'];

const directory = process.argv[2];
const lock = readJson('package-lock.json');
for (const [path, entry] of Object.entries(lock.packages)) {
  if (!path.includes('node_modules/')) {
    delete entry.devDependencies;
    const manifest = readJson(join(path, 'package.json'));
    delete manifest.devDependencies;
    delete manifest.overrides;
    writeJson(join(path, 'package.json'), manifest);
  }
  for (const [name, { optional }] of Object.entries(entry.peerDependenciesMeta ?? {})) {
    if (optional) delete entry.peerDependencies?.[name];
  }
  for (const name of NOT_CALLED) delete entry.optionalDependencies?.[name];
}
writeJson('package-lock.json', lock);

function readJson(path) {
  return JSON.parse(readFileSync(join(directory, path), 'utf8'));
}

function writeJson(path, value) {
  writeFileSync(join(directory, path), `${JSON.stringify(value, null, 2)}\n`);
}
