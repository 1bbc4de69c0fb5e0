/** Against a real server that is not ours: GStreamer's. */
import { jest } from '@jest/globals';
import {
  GSTREAMER_CREDENTIALS,
  type GStreamerServer,
  missingGStreamer,
  startGStreamerServer,
} from '@oriel/testing/scripted-server';
import type { RtspSession, RtspSessionOptions, SessionEvent, VideoAccessUnit } from '../api.ts';
import { RtspError } from '../rtsp-error.ts';
import { openRtspSession } from './open-rtsp-session.ts';

jest.setTimeout(30_000);

const missing = missingGStreamer();
if (missing !== undefined) console.warn(`Skipped: ${missing}`);

(missing === undefined ? describe : describe.skip)('GStreamer RTSP server', () => {
  let server: GStreamerServer;

  describe('without authentication', () => {
    beforeAll(async () => {
      server = await startGStreamerServer();
    });
    afterAll(() => server.stop());

    it.each(['tcp', 'udp', 'auto'] as const)('plays H.264 with transport %s', async (transport) => {
      const played = await playPictures({ url: server.url('/h264'), transport }, 30);
      expect(played.first).toMatchObject({
        codec: 'h264',
        isKeyframe: true,
        width: 640,
        height: 360,
        discontinuity: true,
      });
      expect(played.stats).toMatchObject({ lostPackets: 0, faults: {} });
      expect(played.events).toContainEqual({
        type: 'playing',
        transport: transport === 'tcp' ? 'tcp' : 'udp',
        codec: 'h264',
      });
    });

    it('plays H.265', async () => {
      const played = await playPictures({ url: server.url('/h265') }, 30);
      expect(played.first).toMatchObject({ codec: 'h265', isKeyframe: true });
    });

    it('names the codec that cannot be played', async () => {
      await expect(openRtspSession({ url: server.url('/mjpeg'), onVideo: ignore })).rejects.toMatchObject({
        code: 'unsupported-media',
        summary: 'The camera sends JPEG, which cannot be played: choose H.264 in its settings',
      });
    });

    it('reports a path that does not exist', async () => {
      const url = `rtsp://127.0.0.1:${server.port}/nothing`;
      await expect(openRtspSession({ url, onVideo: ignore })).rejects.toMatchObject({ code: 'not-found' });
    });
  });

  it('falls back from UDP to TCP when the server refuses UDP with 461', async () => {
    server = await startGStreamerServer({ protocols: 'tcp' });
    try {
      const played = await playPictures({ url: server.url('/h264'), transport: 'auto' }, 5);
      expect(played.events).toContainEqual({ type: 'playing', transport: 'tcp', codec: 'h264' });
    } finally {
      await server.stop();
    }
  });

  describe.each(['basic', 'digest'] as const)('with %s authentication', (auth) => {
    beforeAll(async () => {
      server = await startGStreamerServer({ auth });
    });
    afterAll(() => server.stop());

    it('plays with credentials as an option', async () => {
      const played = await playPictures({ url: server.url('/h264'), credentials: GSTREAMER_CREDENTIALS }, 5);
      expect(played.first.isKeyframe).toBe(true);
    });

    it('plays with a raw password in the URL', async () => {
      const played = await playPictures({ url: server.url('/h264', 'viewer:p@ss:w/rd') }, 5);
      expect(played.first.isKeyframe).toBe(true);
    });

    it('tells a wrong password', async () => {
      const options = {
        url: server.url('/h264'),
        credentials: { username: 'viewer', password: 'wrong' },
        onVideo: ignore,
      };
      await expect(openRtspSession(options)).rejects.toMatchObject({ code: 'unauthorized' });
    });
  });
});

function ignore(): void {}

async function playPictures(options: Omit<RtspSessionOptions, 'onVideo'>, count: number) {
  const events: SessionEvent[] = [];
  const pictures: VideoAccessUnit[] = [];
  let session: RtspSession | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const onVideo = (accessUnit: VideoAccessUnit) => {
        pictures.push(accessUnit);
        if (pictures.length === count) resolve();
      };
      openRtspSession({ ...options, onVideo, onEvent: (event) => events.push(event) }).then(async (opened) => {
        session = opened;
        reject(await opened.ended);
      }, reject);
    });
  } finally {
    await session?.close();
  }
  const [first] = pictures;
  if (first === undefined || session === undefined)
    throw new RtspError('no-media', 'No picture came', { peer: 'test' });
  return { first, pictures, events, stats: session.stats() };
}
