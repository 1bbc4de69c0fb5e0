// What has to be there before anything of this repository can run. Needs nothing but Node itself.
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { withLock } from './lock.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** System packages by the command or the Debian package that shows whether they are there. */
export const SYSTEM = {
  redis: { command: 'redis-server', packages: ['redis-server'] },
  ffmpeg: { command: 'ffmpeg', packages: ['ffmpeg'] },
  chromium: { command: 'chromium', packages: ['chromium'] },
  // Clocks and networks of their own for single processes.
  faketime: { packages: ['libfaketime', 'libtcmalloc-minimal4'] },
  venv: { packages: ['python3-venv'] },
  ip: { command: 'ip', packages: ['iproute2'] },
  iptables: { command: 'iptables', packages: ['iptables'] },
  gstreamer: {
    packages: [
      'gir1.2-gst-rtsp-server-1.0',
      'gstreamer1.0-plugins-base',
      'gstreamer1.0-plugins-good',
      'gstreamer1.0-plugins-bad',
      'gstreamer1.0-plugins-ugly',
      'gstreamer1.0-rtsp',
      'glib-networking',
      'python3-gi',
    ],
  },
};

/** A failure that a person can do something about: shown without a stack. */
export class SetupError extends Error {}

export const say = (line) => process.stderr.write(`${line}\n`);

/** Runs `task`, showing a SetupError as one line. */
export async function orExplain(task) {
  try {
    await task();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}

/**
 * Ends this program in order when npm, which runs it through a shell, is gone: npm passes a SIGTERM on to the shell alone, which
 * dies of it and leaves the program behind.
 */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const startedBy = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === startedBy) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_CHECK_MS);
  watch.unref();
}

const PARENT_CHECK_MS = 500;

export function checkNode() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const wanted = /(\d+)\.(\d+)/.exec(engines.node).slice(1).map(Number);
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > wanted[0] || (major === wanted[0] && minor >= wanted[1])) return;
  throw new SetupError(`Oriel needs Node ${wanted.join('.')} or newer; this is ${process.versions.node}.`);
}

/** `npm ci`, unless node_modules holds what package-lock.json names. */
export async function ensureDependencies() {
  if (areDependenciesInstalled()) return;
  await alone(root, async () => {
    if (areDependenciesInstalled()) return;
    say('Installing dependencies (npm ci) …');
    const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--fetch-retries=5'], {
      stdio: ['ignore', 2, 2],
    });
    if (code !== 0) throw new SetupError('npm ci failed: see above.');
  });
}

/** Programs that are started side by side set up what they share one after the other. */
function alone(what, task) {
  return withLock(`set up ${what}`, task, { onWait: sayWaiting });
}

const sayWaiting = () => say('Waiting for another program that is being set up …');

/** npm notes what it has installed, when it has finished, in a lock of its own. Packages for other platforms may lack. */
export function areDependenciesInstalled() {
  const installedFile = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted)
    .filter(([path]) => path.includes('node_modules/'))
    .every(([path, { version, optional }]) =>
      path in installed ? installed[path].version === version : optional === true,
    );
}

/**
 * Installs what is missing where that is possible: as root, with apt. Returns the names of what is still missing;
 * with `required`, says how to install it and gives up.
 */
export async function ensureSystem(names, { required }) {
  const missing = names.filter((name) => !isThere(SYSTEM[name]));
  if (missing.length === 0) return [];
  const packages = missing.flatMap((name) => SYSTEM[name].packages);
  if (process.getuid?.() === 0 && findCommand('apt-get')) await alone('this machine', () => installMissing(missing));
  const stillMissing = missing.filter((name) => !isThere(SYSTEM[name]));
  if (stillMissing.length === 0) return [];
  const line = `Missing: ${stillMissing.join(', ')}. Install it with: sudo apt-get install -y ${packages.join(' ')}`;
  if (required) throw new SetupError(line);
  say(line);
  return stillMissing;
}

/** Packages that another program has installed meanwhile are not installed again. */
async function installMissing(names) {
  const packages = names.filter((name) => !isThere(SYSTEM[name])).flatMap((name) => SYSTEM[name].packages);
  if (packages.length === 0) return;
  say(`Installing ${packages.join(' ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const stdio = ['ignore', 'ignore', 2];
  const wait = ['-o', `DPkg::Lock::Timeout=${APT_LOCK_WAIT_S}`, '-o', 'Acquire::Retries=3'];
  await run('apt-get', [...wait, 'update', '-qq'], { env, stdio });
  await run('apt-get', [...wait, 'install', '-y', '-qq', '--no-install-recommends', ...packages], { env, stdio });
}

/** The system's own updates hold apt's lock for some minutes after boot. */
const APT_LOCK_WAIT_S = 300;

/**
 * Schemathesis, in a virtual environment of its own. Returns the path of its program; undefined, with a line that says why, where there
 * is no Python or its package index cannot be reached.
 */
export async function ensureSchemathesis() {
  const directory = join(root, 'node_modules', '.cache', `schemathesis-${SCHEMATHESIS_VERSION}`);
  const program = join(directory, 'bin', 'schemathesis');
  if (existsSync(program)) return program;
  if (!findCommand('python3')) {
    say('Missing: python3, for the tests of the API by its own description.');
    return undefined;
  }
  say(`Installing Schemathesis ${SCHEMATHESIS_VERSION} …`);
  const makeEnvironment = () => capture('python3', ['-m', 'venv', '--clear', directory]);
  let made = await makeEnvironment();
  // Debian has what makes environments in a package of its own.
  if (made.code !== 0 && (await ensureSystem(['venv'], { required: false })).length === 0)
    made = await makeEnvironment();
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    `schemathesis==${SCHEMATHESIS_VERSION}`,
  ];
  const installed = made.code === 0 ? await capture(join(directory, 'bin', 'python'), pip) : made;
  if (installed.code === 0) return program;
  rmSync(directory, { recursive: true, force: true });
  say(`Schemathesis could not be installed: ${installed.output.trim().split('\n').at(-1)}`);
  return undefined;
}

const SCHEMATHESIS_VERSION = '4.32.5';

/** Builds what changed, by the names of the packages; undefined for all. Quiet unless it fails. */
export async function ensureBuilt(names, { fromScratch = false } = {}) {
  const isBuilt = await build({ root, names, fromScratch, run: runQuietly, onWait: sayWaiting });
  if (!isBuilt) throw new SetupError('The build failed: see above.');
}

async function runQuietly(program, args, directory) {
  const { code, output } = await capture(process.execPath, [program, ...args], { cwd: directory });
  if (code !== 0) process.stderr.write(output);
  return code;
}

/** Runs Nx without its background process, which would outlive us. Returns the exit code. */
export async function nx(args, { skipCache = false, quiet = false } = {}) {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const env = { ...inherited, NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true' };
  const all = [...args, '--outputStyle=static', ...(skipCache ? ['--skip-nx-cache'] : [])];
  if (!quiet) return run(NX, all, { env, stdio: ['ignore', 2, 2] });
  const { code, output } = await capture(NX, all, { env });
  if (code !== 0) process.stderr.write(output);
  return code;
}

const NX = join(root, 'node_modules', '.bin', 'nx');

export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    child.once('error', (error) => {
      say(`${command}: ${error.message}`);
      resolve(127);
    });
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** Exit code and all output, both streams in the order they came. */
export function capture(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    const collect = (text) => {
      output += text;
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    child.once('error', (error) => resolve({ code: 127, output: `${command}: ${error.message}\n` }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

export function findCommand(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((directory) => join(directory, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

function isThere({ command, packages }) {
  if (command !== undefined) return findCommand(command) !== undefined;
  if (!findCommand('dpkg-query')) return false;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own format.
  const shown = spawnSync('dpkg-query', ['-W', '-f=${Status}\n', ...packages], { encoding: 'utf8' });
  return (
    shown.status === 0 &&
    shown.stdout
      .trim()
      .split('\n')
      .every((line) => line.endsWith(' installed'))
  );
}
