/** All services on one Redis Cluster, control and media: six cameras live, also after each of its masters has died. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningCamera, startCamera } from '@oriel/camera';
import { freePort, RedisCluster, RunningProgram, waitFor } from '@oriel/testing';
import { TestViewer } from './support/viewer.ts';

const CAMERAS = ['a', 'b', 'c', 'd', 'e', 'f'];

let cluster: RedisCluster;
let camera: RunningCamera;
let services: RunningProgram[] = [];
let viewer: TestViewer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'oriel-cluster-'));
  cluster = await RedisCluster.start({ withReplicas: true, password: 'p@ss' });
  camera = await startCamera({ width: 320, height: 180, framerate: 10, gopFrames: 10 });
  const configFile = join(folder, 'config.toml');
  const entries = CAMERAS.map((id) => `[[cameras]]\nid = "${id}"\nurl = "${camera.url()}"\n`);
  writeFileSync(configFile, entries.join('\n'));
  const port = await freePort();
  const env = {
    ORIEL_CONFIG: configFile,
    ORIEL_AUTH: 'none',
    ORIEL_REDIS_CONTROL_URL: cluster.url,
    ORIEL_REDIS_MEDIA_URL: cluster.url,
    ORIEL_SERVER_HOST: '127.0.0.1',
    ORIEL_SERVER_PORT: String(port),
  };
  services = await Promise.all(
    ['ingest', 'transcoder', 'gateway'].map((name) => {
      const main = fileURLToPath(new URL(`../../services/${name}/dist/main.js`, import.meta.url));
      return RunningProgram.start({ command: process.execPath, args: ['--enable-source-maps', main], env });
    }),
  );
  const url = `http://127.0.0.1:${port}`;
  await waitFor(() => fetch(`${url}/health/ready`).then(({ ok }) => ok), { deadlineMs: 30_000 });
  viewer = new TestViewer(url);
  for (const id of CAMERAS) await viewer.watch(id);
}, 90_000);

afterAll(async () => {
  viewer?.close();
  await Promise.all(services.map((service) => service.stop()));
  await camera?.close();
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('shows six cameras', async () => {
  await Promise.all(CAMERAS.map((id) => viewer.nextFrame(id)));
});

it('shows them again when a master has died', async () => {
  const master = await cluster.masterOf('{oriel}:any');
  await master.kill();
  await waitFor(async () => (await cluster.masterOf('{oriel}:any')).port !== master.port, { deadlineMs: 20_000 });
  // Made, and not only shown, after the change.
  const sinceMs = performance.timeOrigin + performance.now();
  await Promise.all(
    CAMERAS.map((id) =>
      waitFor(async () => ((await viewer.pictureTimesMs(id)).at(-1) ?? 0) > sinceMs, {
        what: `a new picture of ${id}`,
        deadlineMs: 30_000,
        intervalMs: 500,
      }),
    ),
  );
  expect(services.map((service) => service.output).join('')).not.toContain('p@ss');
});
