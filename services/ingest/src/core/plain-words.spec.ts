import type { CameraSettings } from '@oriel/model';
import { RtspError, type RtspErrorCode } from '@oriel/rtsp-client';
import { plainWords } from './plain-words.ts';

function words(
  code: RtspErrorCode,
  { message = 'x', cause = undefined as unknown, credentials = true, transport = 'tcp' as const } = {},
): string {
  const camera: CameraSettings = {
    id: 'a',
    name: 'A',
    source: {
      kind: 'rtsp',
      url: 'rtsp://10.0.0.7:554/stream',
      credentials: credentials ? { username: 'admin', password: 'canary' } : undefined,
      transport,
      reconnectIntervalMs: 5000,
    },
    bufferSizeBytes: 1_024_000,
    transcoding: { quality: 85, framerate: 30, maxLatencyMs: 200 },
  };
  return plainWords(new RtspError(code, message, { peer: '10.0.0.7:554' }, { cause }), camera.source);
}

describe('plainWords', () => {
  it.each<{ name: string; said: string; expected: RegExp }>([
    { name: 'a wrong password', said: words('unauthorized'), expected: /refused the user name or password/ },
    {
      name: 'a missing password',
      said: words('unauthorized', { credentials: false }),
      expected: /asks for a user name and password, but none/,
    },
    { name: 'a wrong path', said: words('not-found'), expected: /no stream at this path/ },
    {
      name: 'a host that is down',
      said: words('unreachable', { cause: { code: 'EHOSTUNREACH' } }),
      expected: /No camera answers at 10\.0\.0\.7:554/,
    },
    {
      name: 'a closed port',
      said: words('unreachable', { cause: { code: 'ECONNREFUSED' } }),
      expected: /takes no RTSP connections on this port/,
    },
    {
      name: 'an unknown name',
      said: words('unreachable', { cause: { code: 'ENOTFOUND' } }),
      expected: /is not known in the network/,
    },
    {
      name: 'a codec that cannot be played',
      said: words('unsupported-media', {
        message: 'The camera sends JPEG, which cannot be played: choose H.264 in its settings',
      }),
      expected: /^The camera sends JPEG, which cannot be played: choose H\.264 in its settings\.$/,
    },
    {
      name: 'a transport the camera lacks',
      said: words('unsupported-transport'),
      expected: /does not send over TCP.*"udp"/,
    },
    {
      name: 'a firewall that eats UDP',
      said: words('no-media', { transport: 'udp' as never }),
      expected: /transport = "tcp"/,
    },
  ])('explains $name', ({ said, expected }) => {
    expect(said).toMatch(expected);
  });

  it('says something else for every code, and never a secret', () => {
    const codes: RtspErrorCode[] = [
      'invalid-url',
      'unreachable',
      'timed-out',
      'unauthorized',
      'forbidden',
      'not-found',
      'unsupported-media',
      'unsupported-transport',
      'busy',
      'server-error',
      'session-not-found',
      'protocol-violation',
      'no-media',
      'closed-by-peer',
      'connection-dead',
      'tls-failed',
      'too-many-redirects',
      'consumer-failed',
      'aborted',
    ];
    const sentences = codes.map((code) => words(code));
    expect(new Set(sentences).size).toBe(codes.length);
    expect(sentences.join()).not.toContain('canary');
  });
});
