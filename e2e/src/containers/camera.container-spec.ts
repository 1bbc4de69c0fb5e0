/** Cameras in containers, watched through services that run as plain processes: MediaMTX, and the simulator with trouble in it. */

import { waitFor } from '@oriel/testing';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { mediaMtxCases } from './mediamtx-cases.ts';
import { describeWithEngine, haveMediaMtx, REPOSITORY } from './support/engine.ts';
import { nowMs, Watcher } from './support/watcher.ts';

const RTSP_PORT = 8554;
const RTSP_READY = Wait.forListeningPorts();

const simulator = (...options: string[]) =>
  new GenericContainer('oriel/camera:test')
    .withCommand([
      'node',
      'dist/main.js',
      '--host=0.0.0.0',
      `--port=${RTSP_PORT}`,
      '--size=640x360',
      '--framerate=15',
      ...options,
    ])
    .withExposedPorts(RTSP_PORT)
    .withWaitStrategy(RTSP_READY);

const mediaMtx = () =>
  new GenericContainer('bluenviron/mediamtx:1-ffmpeg')
    .withCopyFilesToContainer([{ source: `${REPOSITORY}mediamtx.yml`, target: '/mediamtx.yml' }])
    .withExposedPorts(RTSP_PORT)
    .withWaitStrategy(RTSP_READY);

describeWithEngine('a camera in a container', () => {
  let cameras: Readonly<Record<'open' | 'locked' | 'lossy', StartedTestContainer>>;
  let stack: TestStack;
  let watcher: Watcher;

  beforeAll(async () => {
    const [open, locked, lossy] = await Promise.all([
      (haveMediaMtx ? mediaMtx() : simulator()).start(),
      simulator('--user=admin:p@ss:w/rd').start(),
      simulator('--loss=0.02').start(),
    ]);
    cameras = { open, locked, lossy };
    const address = (camera: StartedTestContainer) => `${camera.getHost()}:${camera.getMappedPort(RTSP_PORT)}`;
    // Not through the published port, which the engine's proxy serves for TCP alone.
    const inner = (camera: StartedTestContainer) => `${camera.getIpAddress('bridge')}:${RTSP_PORT}`;
    const path = haveMediaMtx ? 'test' : 'cam1';
    const entry = (id: string, url: string, transport: string) =>
      `[[cameras]]\nid = "${id}"\nname = "${id}"\nurl = "${url}"\ntransport = "${transport}"\nreconnect_interval = 1\n`;
    stack = await startTestStack(
      [
        entry('tcp', `rtsp://${address(open)}/${path}`, 'tcp'),
        entry('udp', `rtsp://${inner(open)}/${path}`, 'udp'),
        entry('digest', `rtsp://admin:p@ss:w/rd@${address(locked)}/cam1`, 'tcp'),
        entry('password', `rtsp://admin:wrong@${address(locked)}/cam1`, 'tcp'),
        entry('lossy', `rtsp://${inner(lossy)}/cam1`, 'udp'),
      ].join('\n'),
    );
    watcher = new Watcher(stack.url, ['tcp', 'udp', 'digest', 'password', 'lossy']);
  }, 180_000);
  afterAll(async () => {
    watcher?.close();
    await stack?.stop();
    await Promise.all(Object.values(cameras ?? {}).map((camera) => camera.stop()));
  }, 60_000);

  it.each(['tcp', 'udp', 'digest', 'lossy'])('%s is live', async (camera) => {
    await watcher.moreFrames(camera, 30, 60_000);
    expect(watcher.states.get(camera)).toMatchObject({ state: 'live' });
  });

  it('says that the password is wrong', async () => {
    const event = await waitFor(() => {
      const state = watcher.states.get('password');
      return state?.state === 'offline' && state;
    });
    expect(event.reason).toMatch(/password/i);
    expect(watcher.frames('password')).toBe(0);
  });

  it('comes back after a stop of its container, and of it alone', async () => {
    const beganAtMs = nowMs();
    await cameras.lossy.restart({ timeout: 1000 });
    await waitFor(() => (watcher.states.get('lossy')?.reconnects ?? 0) > 0, {
      what: 'a reconnect',
      deadlineMs: 60_000,
    });
    await watcher.recovered('lossy', nowMs());
    expect(watcher.states.get('tcp')?.reconnects ?? 0).toBe(0);
    expect(watcher.longestGapMs('tcp', beganAtMs)).toBeLessThan(watcher.longestGapMs('lossy', beganAtMs));
  });
});

// Where it cannot be had, build-images.mjs has said so.
if (haveMediaMtx) describeWithEngine('MediaMTX', mediaMtxCases);
