/** RTSP over TLS (RFC 7826 §19.2 for the scheme), against a scripted server. */
import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:tls';
import { selfSignedCertificate } from '@oriel/simulation';
import { waitFor } from '@oriel/testing';
import { SCRIPTED_SDP, type ScriptedServer, TestPictures } from '@oriel/testing/scripted-server';
import type { TlsTrust } from '../api.ts';
import { SessionBench } from './testing-session.ts';

const certificate = await selfSignedCertificate('IP:127.0.0.1');
const foreign = await selfSignedCertificate('DNS:elsewhere.example');
const fingerprint256 = new X509Certificate(certificate.cert).fingerprint256;

let bench: SessionBench;
beforeEach(() => {
  bench = new SessionBench();
});
afterEach(() => bench.dispose());

async function tlsServer(identity = certificate): Promise<ScriptedServer> {
  const pictures = new TestPictures();
  return bench.server({
    createServer: (onSocket) => createServer({ ...identity }, onSocket),
    onPlay: (connection) => {
      for (const packet of pictures.next(20_000)) connection.sendFrame(0, packet);
    },
  });
}

const secureUrl = (server: ScriptedServer) => `rtsps://127.0.0.1:${server.port}/stream`;

it.each<{ name: string; tls: TlsTrust }>([
  { name: 'an authority of one’s own', tls: { ca: certificate.cert } },
  { name: 'a fingerprint', tls: { fingerprint256 } },
  {
    name: 'a fingerprint in lower case without colons',
    tls: { fingerprint256: fingerprint256.replaceAll(':', '').toLowerCase() },
  },
  { name: 'any certificate, by name only', tls: { insecure: true } },
])('plays with $name', async ({ tls }) => {
  const server = await tlsServer();
  await bench.open({ url: secureUrl(server), tls });
  await waitFor(() => bench.pictures.length === 1);
  expect(bench.events.at(-1)).toEqual({ type: 'playing', transport: 'tls', codec: 'h264' });
  expect(server.requests[0]?.uri).toBe(secureUrl(server));
});

describe('a camera that describes its video as SRTP', () => {
  const srtp = (server: Parameters<SessionBench['server']>[0]) =>
    bench.server({
      ...server,
      replies: {
        DESCRIBE: {
          headers: { 'Content-Type': 'application/sdp' },
          body: SCRIPTED_SDP.replaceAll('RTP/AVP', 'RTP/SAVP'),
        },
      },
    });

  it('plays in plain RTP inside TLS (MediaMTX)', async () => {
    const pictures = new TestPictures();
    const server = await srtp({
      createServer: (onSocket) => createServer({ ...certificate }, onSocket),
      onPlay: (connection) => {
        for (const packet of pictures.next(20_000)) connection.sendFrame(0, packet);
      },
    });
    await bench.open({ url: secureUrl(server), tls: { insecure: true } });
    await waitFor(() => bench.pictures.length === 1);
    expect(server.requestsOf('SETUP')[0]?.headers.get('transport')).toBe('RTP/AVP/TCP;unicast;interleaved=0-1');
  });

  it('is told apart from one with a codec that cannot be played, on an open connection', async () => {
    const server = await srtp({});
    expect(await bench.refusal({ url: `rtsp://127.0.0.1:${server.port}/stream` })).toMatchObject({
      code: 'unsupported-media',
      summary:
        'The camera encrypts its video with SRTP, which cannot be played: switch that off, or use an rtsps address',
    });
  });
});

it.each<{ name: string; tls?: TlsTrust; identity?: typeof certificate }>([
  { name: 'a self-signed certificate by default' },
  { name: 'another fingerprint', tls: { fingerprint256: '00'.repeat(32) } },
  { name: 'a certificate for another host', tls: { ca: foreign.cert }, identity: foreign },
])('refuses $name, before a byte of RTSP is sent', async ({ tls, identity }) => {
  const server = await tlsServer(identity);
  const error = await bench.refusal({ url: secureUrl(server), ...(tls === undefined ? {} : { tls }) });
  expect(error).toMatchObject({ code: 'tls-failed', retryable: true });
  expect(server.requests).toEqual([]);
});

it('item 16: a redirect from rtsps to rtsp is refused', async () => {
  const server = await bench.server({
    createServer: (onSocket) => createServer({ ...certificate }, onSocket),
    replies: { OPTIONS: { status: 302, reason: 'Moved', headers: { Location: 'rtsp://127.0.0.1/open' } } },
  });
  const error = await bench.refusal({ url: secureUrl(server), tls: { insecure: true } });
  expect(error).toMatchObject({
    code: 'tls-failed',
    summary: expect.stringContaining('from an encrypted to an open connection'),
  });
});

it('never sends media in the open', async () => {
  expect(await bench.refusal({ url: 'rtsps://127.0.0.1/a', transport: 'udp' })).toMatchObject({
    code: 'unsupported-transport',
  });
  const server = await tlsServer();
  await bench.open({ url: secureUrl(server), transport: 'auto', tls: { insecure: true } });
  expect(server.requestsOf('SETUP')[0]?.headers.get('transport')).toBe('RTP/AVP/TCP;unicast;interleaved=0-1');
});

it('tells a plain address of an encrypted port', async () => {
  const server = await tlsServer();
  expect(await bench.refusal({ url: `rtsp://127.0.0.1:${server.port}/stream` })).toMatchObject({
    code: expect.stringMatching(/protocol-violation|closed-by-peer/),
  });
});
