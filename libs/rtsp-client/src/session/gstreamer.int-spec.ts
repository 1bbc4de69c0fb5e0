/** Against a real server that is not ours: GStreamer's, over TCP, UDP and TLS, with and without a login. */

import type { AudioAccessUnit, VideoAccessUnit } from '@oriel/rtp';
import { selfSignedCertificate } from '@oriel/simulation';
import {
  GSTREAMER_CREDENTIALS,
  type GStreamerServer,
  missingGStreamer,
  startGStreamerServer,
} from '@oriel/testing/scripted-server';
import type { RtspSession, RtspSessionOptions, SessionEvent } from '../api.ts';
import { RtspError } from '../rtsp-error.ts';
import { openRtspSession } from './open-rtsp-session.ts';

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

    it.each(['tcp', 'udp'] as const)('plays H.265 over %s', async (transport) => {
      const played = await playPictures({ url: server.url('/h265'), transport }, 30);
      expect(played.first).toMatchObject({ codec: 'h265', isKeyframe: true, width: 640, height: 360 });
      expect(played.stats).toMatchObject({ lostPackets: 0, faults: {} });
    });

    it.each([
      { path: '/h264-aac', transport: 'tcp', sound: { codec: 'aac', clockRateHz: 16_000, durationTicks: 1_024 } },
      { path: '/h264-aac', transport: 'udp', sound: { codec: 'aac', clockRateHz: 16_000, durationTicks: 1_024 } },
      { path: '/h264-pcmu', transport: 'tcp', sound: { codec: 'pcmu', clockRateHz: 8_000, channels: 1 } },
    ] as const)('plays pictures and sound of $path over $transport', async ({ path, transport, sound }) => {
      const heard: AudioAccessUnit[] = [];
      const onAudio = (accessUnit: AudioAccessUnit) => heard.push(accessUnit);
      await playPictures({ url: server.url(path), transport, onAudio }, 30, () => heard.length >= 10);
      expect(heard[0]).toMatchObject({ ...sound, discontinuity: true });
      expect(
        heard.slice(1).every(({ lostPacketsBefore, discontinuity }) => lostPacketsBefore === 0 && !discontinuity),
      ).toBe(true);
    });

    it('answers keepalives, so that a dead connection would be noticed', async () => {
      const played = await playPictures({ url: server.url('/h264') }, 130);
      expect(played.events.filter(({ type }) => type === 'deviation')).toEqual([]);
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

  describe.each(['none', 'digest'] as const)('over TLS with %s authentication', (auth) => {
    let tls: { readonly ca: string };
    beforeAll(async () => {
      const certificate = await selfSignedCertificate('IP:127.0.0.1');
      tls = { ca: certificate.cert };
      server = await startGStreamerServer({ auth, tls: certificate });
    });
    afterAll(() => server.stop());
    const login = auth === 'none' ? {} : { credentials: GSTREAMER_CREDENTIALS };

    it.each(['/h264', '/h265'] as const)('plays %s', async (path) => {
      const played = await playPictures({ url: server.url(path), tls, ...login }, 30);
      expect(played.first).toMatchObject({ codec: path.slice(1), isKeyframe: true });
      expect(played.events).toContainEqual({ type: 'playing', transport: 'tls', codec: path.slice(1) });
      expect(played.stats).toMatchObject({ lostPackets: 0, faults: {} });
    });

    it('refuses a certificate that nothing vouches for', async () => {
      await expect(openRtspSession({ url: server.url('/h264'), ...login, onVideo: ignore })).rejects.toMatchObject({
        code: 'tls-failed',
      });
    });
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

/** Plays until so many pictures came, and whatever else is waited for; then closes. */
async function playPictures(
  options: Omit<RtspSessionOptions, 'onVideo'>,
  count: number,
  isEnough: () => boolean = () => true,
) {
  const events: SessionEvent[] = [];
  const pictures: VideoAccessUnit[] = [];
  let session: RtspSession | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const onVideo = (accessUnit: VideoAccessUnit) => {
        pictures.push(accessUnit);
        if (pictures.length >= count && isEnough()) resolve();
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
