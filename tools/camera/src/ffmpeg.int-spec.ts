import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from '@oriel/testing';
import type { CameraOptions } from './camera-options.ts';
import { type RunningCamera, startCamera } from './start-camera.ts';

const run = promisify(execFile);
const small: CameraOptions = { width: 320, height: 240, framerate: 30, gopFrames: 15, bitrateBps: 500_000 };
const cameras: RunningCamera[] = [];

async function camera(options: CameraOptions = {}): Promise<RunningCamera> {
  const started = await startCamera({ ...small, ...options });
  cameras.push(started);
  return started;
}

afterEach(async () => {
  await Promise.all(cameras.splice(0).map((started) => started.close()));
});

/** Frames that ffmpeg decoded, and its warnings. */
async function play(
  url: string,
  transport: 'tcp' | 'udp' = 'tcp',
  frames = 30,
): Promise<[frames: number, complaints: string]> {
  const input = ['-rtsp_transport', transport, '-i', url];
  const output = ['-frames:v', String(frames), '-f', 'null', '-progress', 'pipe:1', '-'];
  const { stdout, stderr } = await run('ffmpeg', ['-hide_banner', '-loglevel', 'warning', ...input, ...output], {
    timeout: 50_000,
  });
  const counts = [...stdout.matchAll(/^frame=(\d+)$/gm)].map((match) => Number(match[1]));
  return [Math.max(0, ...counts), stderr];
}

const withPassword = (url: string, user: string) => url.replace('://', `://${user}@`);

describe('ffmpeg plays', () => {
  const users = { admin: 'p4ss' };
  const cases: { name: string; options?: CameraOptions; transport?: 'udp'; user?: string }[] = [
    { name: 'over TCP' },
    { name: 'over UDP', transport: 'udp' },
    { name: 'with STAP-A and a small MTU', options: { aggregate: true, mtuBytes: 300 } },
    { name: 'four slices a picture over UDP', options: { slices: 4, width: 640, height: 480 }, transport: 'udp' },
    { name: 'without parameter sets in the SDP', options: { sdp: 'no-sprop' } },
    { name: 'H.265', options: { codec: 'h265' } },
    { name: 'H.265 in fragments over UDP', options: { codec: 'h265', noise: true }, transport: 'udp' },
    { name: 'a recording over the seam', options: { source: { type: 'pre-encoded', seconds: 0.5 } } },
    { name: 'basic authentication', options: { authentication: { scheme: 'basic', users } }, user: 'admin:p4ss' },
    { name: 'digest MD5, RFC 2069', options: { authentication: { scheme: 'digest', users } }, user: 'admin:p4ss' },
    {
      name: 'digest MD5, qop=auth',
      options: { authentication: { scheme: 'digest', users, qop: true } },
      user: 'admin:p4ss',
    },
    {
      name: 'digest with a nonce that goes stale',
      options: { authentication: { scheme: 'digest', users, nonceRequests: 1 } },
      user: 'admin:p4ss',
    },
  ];
  it.each(cases)('$name', async ({ options, transport, user }) => {
    const { url, stats } = await camera(options);
    const [frames, complaints] = await play(user ? withPassword(url(), user) : url(), transport);
    expect(frames).toBe(30);
    expect(complaints).not.toMatch(/missed|corrupt|error/i);
    await waitFor(() => stats().openSessions === 0 && stats().openConnections === 0, { what: 'the session to end' });
  });

  it('rtsps', async () => {
    const { url } = await camera({ tls: true });
    expect(url()).toMatch(/^rtsps:/);
    expect((await play(url()))[0]).toBe(30);
  });

  it('two cameras at once, each its own', async () => {
    const [first, second] = [await camera(), await camera({ cameras: 2, width: 640, height: 360 })];
    const played = await Promise.all([play(first.url()), play(second.url('cam2')), play(second.url('cam1'), 'udp')]);
    expect(played.map(([frames]) => frames)).toEqual([30, 30, 30]);
  });

  it('a clip with B-frames, continuous over the loop', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'oriel-clip-'));
    try {
      const file = join(folder, 'clip.mp4');
      const source = ['-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=25:duration=1'];
      await run('ffmpeg', [
        '-loglevel',
        'error',
        ...source,
        '-c:v',
        'libx264',
        '-bf',
        '2',
        '-pix_fmt',
        'yuv420p',
        file,
      ]);
      const { url } = await camera({ source: { type: 'clip', file } });
      const [frames, complaints] = await play(url(), 'tcp', 60);
      expect(frames).toBe(60);
      expect(complaints).not.toMatch(/missed|corrupt|error|non.monoton/i);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('ffprobe', () => {
  it('sees codec and size', async () => {
    const { url } = await camera({ width: 640, height: 360 });
    const show = ['-show_entries', 'stream=codec_name,width,height', '-of', 'csv=p=0'];
    const { stdout } = await run('ffprobe', ['-v', 'error', '-rtsp_transport', 'tcp', ...show, url()]);
    expect(stdout.trim()).toBe('h264,640,360');
  });

  it.each([
    { name: 'a wrong password', path: 'cam1', user: 'admin:wrong', says: /401/ },
    { name: 'an unknown path', path: 'cam9', user: 'admin:p4ss', says: /404/ },
  ])('is told of $name', async ({ path, user, says }) => {
    const { url } = await camera({ authentication: { scheme: 'digest', users: { admin: 'p4ss' } } });
    await expect(
      run('ffprobe', ['-v', 'error', '-rtsp_transport', 'tcp', withPassword(url(path), user)]),
    ).rejects.toThrow(says);
  });
});
