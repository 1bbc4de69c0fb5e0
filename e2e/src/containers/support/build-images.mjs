// Jest's globalSetup: finds out what the engine has, and builds the images under test once, all from one build.
//   ORIEL_IMAGES_BUILT=1   takes the images tagged `test` as they are
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
/** The camera of docker-compose.yml. */
const MEDIAMTX = 'bluenviron/mediamtx:1-ffmpeg';
const PULL_DEADLINE_MS = 120_000;
const BUILD_DEADLINE_MS = 900_000;

const say = (line) => process.stderr.write(`${line}\n`);
const docker = (args, options = {}) => spawnSync('docker', args, { cwd: ROOT, encoding: 'utf8', ...options });

export default async function setup() {
  const missing = missingEngine();
  if (missing !== undefined) {
    if (process.env.ORIEL_REQUIRE_ALL === '1') throw new Error(`${missing}, and ORIEL_REQUIRE_ALL=1 forbids skipping`);
    say(`Skipped: containers, because ${missing}`);
    process.env.ORIEL_CONTAINERS_MISSING = missing;
    return;
  }
  process.env.ORIEL_VERSION = 'test';
  rmSync(join(ROOT, 'test-results', 'containers'), { recursive: true, force: true });
  // The tests remove what they start; the image that testcontainers would do it with comes from a registry.
  process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
  if (have(MEDIAMTX)) process.env.ORIEL_HAVE_MEDIAMTX = '1';
  else if (process.env.ORIEL_REQUIRE_ALL === '1') {
    throw new Error(
      `${MEDIAMTX} cannot be had here, and ORIEL_REQUIRE_ALL=1 forbids that the camera simulator stands in for it`,
    );
  } else say(`${MEDIAMTX} cannot be had here: the camera simulator (tools/camera) stands in for it.`);
  if (process.env.ORIEL_IMAGES_BUILT !== '1') build();
}

function missingEngine() {
  if (docker(['info']).status !== 0) return 'no Docker engine answers';
  if (docker(['compose', 'version']).status !== 0) return 'the Docker engine has no Compose plugin';
  return undefined;
}

function have(image) {
  if (docker(['image', 'inspect', image]).status === 0) return true;
  return docker(['pull', '--quiet', image], { timeout: PULL_DEADLINE_MS }).status === 0;
}

function build() {
  const startedAtMs = Date.now();
  const files = ['-f', 'docker-compose.yml', '-f', 'docker/camera-simulator.yml'];
  const { status, stdout, stderr } = docker(['compose', ...files, 'build', '--progress=plain'], {
    timeout: BUILD_DEADLINE_MS,
    maxBuffer: 256 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`docker compose build failed:\n${`${stdout}${stderr}`.slice(-6000)}`);
  say(`Images built in ${Math.round((Date.now() - startedAtMs) / 1000)} s`);
}
