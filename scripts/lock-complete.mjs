// Adds to package-lock.json the optional packages for other platforms that the registry in use did not serve when
// the lock was written; without them `npm ci` stops with "Missing: NAME@ from lock file". Each is named, at an exact
// version, by a locked package; npm never installs it here, because its os and cpu do not match.
// Run it after every `npm install` that changes the lock; `--check` only tells.
import { readFileSync, writeFileSync } from 'node:fs';

const PLATFORMS = 'android darwin freebsd linux netbsd openbsd openharmony sunos aix win32'.split(' ');
const CPUS = 'arm64 x64 ia32 arm ppc64 riscv64 s390x loong64 mips64el wasm32'.split(' ');
const CPU_ALIASES = { gnueabihf: 'arm', musleabihf: 'arm', eabi: 'arm' };

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));

/** Whether node's own look-up from the package at `key` would find `name` in the lock. */
function isLocked(key, name) {
  const steps = key.split('/');
  for (let depth = steps.length; depth >= 0; depth--) {
    const at = steps.slice(0, depth).join('/');
    if (lock.packages[at ? `${at}/node_modules/${name}` : `node_modules/${name}`]) return true;
  }
  return false;
}

function entryFor(owner, name, version) {
  const words = name.split(/[-/@.]/);
  const os = PLATFORMS.filter((platform) => words.includes(platform));
  const cpu = [...CPUS.filter((c) => words.includes(c)), ...words.flatMap((word) => CPU_ALIASES[word] ?? [])];
  if (words.includes('wasm32') && os.length === 0) os.push('none');
  if (os.length === 0) throw new Error(`${owner} wants ${name}, which the lock lacks and which names no platform`);
  return {
    version,
    ...(cpu.length ? { cpu: [...new Set(cpu)] } : {}),
    ...(lock.packages[owner].dev ? { dev: true } : {}),
    ...(words.includes('linux') ? { libc: [words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc'] } : {}),
    optional: true,
    ...(os[0] === 'none' ? {} : { os }),
  };
}

const added = {};
for (const [key, locked] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(locked.optionalDependencies ?? {})) {
    if (isLocked(key, name) || !/^\d+\.\d+\.\d+/.test(version)) continue;
    added[`node_modules/${name}`] = entryFor(key, name, version);
  }
}

const names = Object.keys(added);
console.log(names.length ? `${names.length} missing: ${names.join(' ')}` : 'package-lock.json is complete');
if (process.argv.includes('--check')) process.exit(names.length ? 1 : 0);
if (names.length) {
  const [root, ...rest] = Object.entries({ ...lock.packages, ...added });
  lock.packages = Object.fromEntries([root, ...rest.sort(([a], [b]) => a.localeCompare(b, 'en'))]);
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
}
