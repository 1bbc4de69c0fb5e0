/** MediaMTX as the camera, taken by the RTSP client alone: over TCP, UDP and TLS, with and without digest, in H.264, H.265 and AAC. */
import { X509Certificate } from 'node:crypto';
import { RtspError } from '@oriel/rtsp-client';
import { selfSignedCertificate } from '@oriel/simulation';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { playPictures } from './support/play.ts';

const RTSP_PORT = 8554;
const RTSPS_PORT = 8322;
const credentials = { username: 'viewer', password: 'p@ss#w.rd' };

const publish = (path: string, output: string) =>
  `ffmpeg -hide_banner -loglevel error -re -f lavfi -i testsrc2=size=640x360:rate=15 -f lavfi -i sine=sample_rate=16000 ${output} ` +
  `-pix_fmt yuv420p -c:a aac -f rtsp -rtsp_transport tcp rtsp://127.0.0.1:${RTSP_PORT}/${path}`;
const H264 = '-c:v libx264 -preset ultrafast -tune zerolatency -g 15';
const H265 = '-c:v libx265 -preset ultrafast -tune zerolatency -x265-params log-level=error:keyint=15';

/** Only keys that every MediaMTX 1.x knows, some of them by older names. */
const CONFIG = `
logLevel: warn
api: false
metrics: false
rtmp: false
hls: false
webrtc: false
srt: false
rtspAddress: :${RTSP_PORT}
rtspsAddress: :${RTSPS_PORT}
encryption: optional
serverKey: /server.key
serverCert: /server.crt
authMethods: [digest]
paths:
  open: { runOnInit: "${publish('open', H264)}", runOnInitRestart: true }
  hevc: { runOnInit: "${publish('hevc', H265)}", runOnInitRestart: true }
  locked:
    runOnInit: "${publish('locked', H264)}"
    runOnInitRestart: true
    readUser: ${credentials.username}
    readPass: "${credentials.password}"
`;

/** Cases of camera.container-spec.ts where the image can be had. */
export function mediaMtxCases(): void {
  let server: StartedTestContainer;
  let trust: Readonly<Record<'ca' | 'fingerprint', { ca: string } | { fingerprint256: string }>>;

  beforeAll(async () => {
    const { key, cert } = await selfSignedCertificate();
    trust = { ca: { ca: cert }, fingerprint: { fingerprint256: new X509Certificate(cert).fingerprint256 } };
    server = await new GenericContainer('bluenviron/mediamtx:1-ffmpeg')
      // Releases that do not know the key pass over a variable.
      .withEnvironment({ MTX_MOQ: 'no' })
      .withCopyContentToContainer([
        { content: CONFIG, target: '/mediamtx.yml' },
        { content: key, target: '/server.key' },
        { content: cert, target: '/server.crt' },
      ])
      .withExposedPorts(RTSP_PORT, RTSPS_PORT)
      .withWaitStrategy(Wait.forListeningPorts())
      .start();
    for (const path of ['open', 'hevc', 'locked']) await published(path);
  }, 120_000);
  afterAll(() => server?.stop());

  // Not through the published port, which the engine's proxy serves for TCP alone.
  const plain = (path: string) => `rtsp://${server.getIpAddress('bridge')}:${RTSP_PORT}/${path}`;
  const secure = (path: string) => `rtsps://127.0.0.1:${server.getMappedPort(RTSPS_PORT)}/${path}`;

  /** Until its publisher is there, MediaMTX says 404 for a path. */
  async function published(path: string): Promise<void> {
    for (;;) {
      try {
        await playPictures({ url: plain(path), credentials }, 1);
        return;
      } catch (error) {
        if (!(error instanceof RtspError && error.code === 'not-found')) throw error;
      }
    }
  }

  it.each([
    { path: 'open', transport: 'tcp' },
    { path: 'open', transport: 'udp' },
    { path: 'open', transport: 'auto' },
    { path: 'locked', transport: 'tcp' },
    { path: 'locked', transport: 'udp' },
    { path: 'hevc', transport: 'tcp' },
    { path: 'hevc', transport: 'udp' },
  ] as const)('plays $path over $transport', async ({ path, transport }) => {
    const { pictures, sounds, events, stats } = await playPictures({ url: plain(path), transport, credentials }, 30);
    const codec = path === 'hevc' ? 'h265' : 'h264';
    expect(pictures[0]).toMatchObject({ codec, width: 640, height: 360, discontinuity: true });
    expect(pictures.some(({ isKeyframe }) => isKeyframe)).toBe(true);
    expect(sounds[0]).toMatchObject({ codec: 'aac', clockRateHz: 16_000, durationTicks: 1_024 });
    expect(events).toContainEqual({ type: 'playing', transport: transport === 'tcp' ? 'tcp' : 'udp', codec });
    expect(stats.lostPackets).toBe(0);
  });

  it.each([
    { path: 'open', by: 'ca' },
    { path: 'locked', by: 'fingerprint' },
    { path: 'hevc', by: 'ca' },
  ] as const)('plays $path over TLS, trusted by $by', async ({ path, by }) => {
    const { pictures, events, stats } = await playPictures({ url: secure(path), tls: trust[by], credentials }, 30);
    const codec = path === 'hevc' ? 'h265' : 'h264';
    expect(pictures[0]).toMatchObject({ codec, width: 640, height: 360 });
    expect(events).toContainEqual({ type: 'playing', transport: 'tls', codec });
    expect(stats.lostPackets).toBe(0);
  });

  it('answers keepalives while it plays, so that a dead connection would be noticed', async () => {
    const { events } = await playPictures({ url: plain('open') }, 90);
    expect(events.filter(({ type }) => type === 'deviation')).toEqual([]);
  });

  it.each([
    { name: 'a wrong password', path: 'locked', login: { ...credentials, password: 'wrong' }, code: 'unauthorized' },
    { name: 'no password', path: 'locked', login: undefined, code: 'unauthorized' },
    { name: 'a path that is not there', path: 'nothing', login: undefined, code: 'not-found' },
  ])('tells $name', async ({ path, login, code }) => {
    const attempt = playPictures({ url: plain(path), ...(login && { credentials: login }) }, 1);
    await expect(attempt).rejects.toMatchObject({ code });
  });

  it('is refused over TLS when nothing vouches for its certificate', async () => {
    await expect(playPictures({ url: secure('open') }, 1)).rejects.toMatchObject({ code: 'tls-failed' });
  });
}
