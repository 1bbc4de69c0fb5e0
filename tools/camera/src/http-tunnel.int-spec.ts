/** Tests RTSP over HTTP with ffmpeg and the project's own client. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { openRtspSession, RtspError, type RtspSessionOptions, type VideoAccessUnit } from '@oriel/rtsp-client';
import { waitFor } from '@oriel/testing';
import type { CameraOptions } from './camera-options.ts';
import { type RunningCamera, startCamera } from './start-camera.ts';

const run = promisify(execFile);
const digest = { scheme: 'digest', users: { admin: 'secret' }, qop: true } as const;
let camera: RunningCamera;

async function start(options: CameraOptions = {}): Promise<void> {
  camera = await startCamera({ width: 320, height: 240, gopFrames: 10, bitrateBps: 500_000, ...options });
}

async function play(options: Partial<RtspSessionOptions> = {}) {
  const pictures: VideoAccessUnit[] = [];
  const events: string[] = [];
  const session = await openRtspSession({
    url: camera.url(),
    transport: 'http',
    onVideo: (picture) => pictures.push(picture),
    onEvent: (event) => events.push(event.type === 'playing' ? `playing over ${event.transport}` : event.type),
    ...options,
  });
  return { session, pictures, events };
}

afterEach(() => camera.close());

it('plays, keeps the session and ends it with TEARDOWN', async () => {
  await start();
  const { session, pictures, events } = await play();
  await waitFor(() => pictures.length >= 30);
  expect(events).toEqual(['playing over http']);
  expect(session.stats()).toMatchObject({ lostPackets: 0, faults: {} });
  await session.close();
  await waitFor(() => camera.stats().openConnections === 0);
  expect(camera.stats().requests).toMatchObject({ OPTIONS: 1, DESCRIBE: 1, SETUP: 1, PLAY: 1, TEARDOWN: 1 });
});

it('logs in to the tunnel and to what is inside it', async () => {
  await start({ authentication: digest });
  const { session, pictures } = await play({ credentials: { username: 'admin', password: 'secret' } });
  await waitFor(() => pictures.length > 0);
  await session.close();
});

it.each([
  { name: 'a wrong password', credentials: { username: 'admin', password: 'wrong' } },
  { name: 'no password', credentials: undefined },
])('is refused at the tunnel with $name', async ({ credentials }) => {
  await start({ authentication: digest });
  const refused = play(credentials && { credentials });
  await expect(refused).rejects.toMatchObject({ code: 'unauthorized', context: { statusCode: 401 } });
  await expect(refused).rejects.toBeInstanceOf(RtspError);
  await waitFor(() => camera.stats().openConnections === 0);
  expect(camera.stats().requests).toEqual({});
});

it('plays through TLS', async () => {
  await start({ tls: true });
  const { session, pictures } = await play({ tls: { insecure: true } });
  await waitFor(() => pictures.length > 0);
  await session.close();
});

it('notices a reboot', async () => {
  await start();
  const { session, pictures } = await play();
  await waitFor(() => pictures.length > 0);
  camera.faults.reboot(60);
  expect(await session.ended).toMatchObject({ code: 'closed-by-peer', retryable: true });
});

it('is played by ffmpeg', async () => {
  await start();
  const input = ['-rtsp_transport', 'http', '-i', camera.url()];
  const output = ['-frames:v', '30', '-f', 'null', '-progress', 'pipe:1', '-'];
  const { stdout } = await run('ffmpeg', ['-hide_banner', '-loglevel', 'warning', ...input, ...output], {
    timeout: 50_000,
  });
  expect(Math.max(...[...stdout.matchAll(/^frame=(\d+)$/gm)].map((match) => Number(match[1])))).toBeGreaterThanOrEqual(
    30,
  );
});
