/** Connections that are dead without anybody having said so, against a scripted server on a clock that stands still. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { waitFor } from '@oriel/testing';
import { type ScriptedReply, type ScriptedServer, TestPictures } from '@oriel/testing/scripted-server';
import type { RtspSession } from '../api.ts';
import { SessionBench } from './testing-session.ts';

let bench: SessionBench;
let pictures: TestPictures;
const sockets: Socket[] = [];
beforeEach(() => {
  bench = new SessionBench();
  pictures = new TestPictures();
});
afterEach(async () => {
  await bench.dispose();
  for (const socket of sockets.splice(0)) await new Promise<void>((resolve) => socket.close(() => resolve()));
});

/** A server that dies: from then on it neither answers nor closes. */
function mortal(answer: ScriptedReply = {}): { replies: Record<string, ScriptedReply>; die: () => void } {
  let isDead = false;
  return {
    replies: {
      GET_PARAMETER: (request, connection) => {
        if (isDead) return undefined;
        return typeof answer === 'function' ? answer(request, connection) : answer;
      },
    },
    die: () => {
      isDead = true;
    },
  };
}

type Send = (server: ScriptedServer, packet: Uint8Array) => void;

const overTcp: Send = (server, packet) => server.connection.sendFrame(0, packet);

/** Pictures for five seconds; the first keepalive is among it, and answered unless the server does not. */
async function playRegularly(server: ScriptedServer, { intervalMs = 250, durationMs = 5_000, send = overTcp } = {}) {
  for (let passedMs = 0; passedMs < durationMs; passedMs += intervalMs) {
    const count = bench.pictures.length;
    for (const packet of pictures.next()) send(server, packet);
    await waitFor(() => bench.pictures.length > count);
    bench.clock.advance(intervalMs);
    // Replies to what the time that passed made the client ask.
    await settled(server);
  }
  expect(keepalives(server).length).toBeGreaterThan(0);
}

const keepalives = (server: ScriptedServer) => server.requestsOf('GET_PARAMETER');

async function settled(server: ScriptedServer): Promise<void> {
  const sent = server.requests.length;
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  if (server.requests.length !== sent) await settled(server);
}

/** Time in small steps, with real reads in between. @returns how much passed until the session ended. */
async function untilEnded(session: RtspSession, limitMs: number): Promise<number> {
  let isEnded = false;
  void session.ended.then(() => {
    isEnded = true;
  });
  for (let passedMs = 0; passedMs < limitMs; passedMs += 25) {
    bench.clock.advance(25);
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    if (isEnded) return passedMs + 25;
  }
  return limitMs;
}

describe('item 64: a connection that goes dead without a word', () => {
  it('is noticed within 3 s when the camera answered keepalives before', async () => {
    const { replies, die } = mortal();
    const server = await bench.server({ replies });
    const session = await bench.open({ url: server.url });
    await playRegularly(server);
    die();
    const passedMs = await untilEnded(session, 10_000);
    expect(passedMs).toBeGreaterThan(1_700);
    expect(passedMs).toBeLessThanOrEqual(3_000);
    expect(await session.ended).toMatchObject({
      code: 'connection-dead',
      summary: 'The connection to the camera is dead: neither pictures nor answers come',
      retryable: true,
    });
    expect(keepalives(server)).toHaveLength(2);
  });

  it('is told good-bye without waiting, in case it was only a long interruption', async () => {
    const { replies, die } = mortal();
    const server = await bench.server({ replies: { ...replies, TEARDOWN: () => undefined } });
    const session = await bench.open({ url: server.url });
    await playRegularly(server);
    die();
    expect(await untilEnded(session, 10_000)).toBeLessThanOrEqual(3_000);
    await waitFor(() => server.requestsOf('TEARDOWN').length === 1);
    expect(server.requestsOf('TEARDOWN')[0]?.headers.get('session')).toBe('12345678');
    await server.connection.closed;
    expect(bench.clock.pending).toBe(0);
  });

  it('over UDP: both media and the RTSP connection; the camera is told over another connection', async () => {
    const { replies, die } = mortal();
    const rtp = createSocket('udp4');
    sockets.push(rtp.bind(0, '127.0.0.1'));
    await once(rtp, 'listening');
    const { port } = rtp.address();
    const setup: ScriptedReply = ({ headers }) => ({
      headers: { Session: 'A;timeout=60', Transport: `${headers.get('transport')};server_port=${port}-${port + 1}` },
    });
    const server = await bench.server({ replies: { ...replies, SETUP: setup } });
    const session = await bench.open({ url: server.url, transport: 'udp' });
    const clientPort = Number(
      /client_port=(\d+)-/.exec(server.requestsOf('SETUP')[0]?.headers.get('transport') ?? '')?.[1],
    );
    await playRegularly(server, { send: (_server, packet) => rtp.send(packet, clientPort, '127.0.0.1') });
    die();
    expect(await untilEnded(session, 10_000)).toBeLessThanOrEqual(3_000);
    expect(await session.ended).toMatchObject({ code: 'connection-dead' });
    await waitFor(() => server.requestsOf('TEARDOWN').some(({ connection }) => connection === 1));
    await server.connections[1]?.closed;
    expect(bench.clock.pending).toBe(0);
  });

  it('over UDP with pictures that go on: lives until they stop, as the camera ends the session', async () => {
    const { replies, die } = mortal();
    const rtp = createSocket('udp4');
    sockets.push(rtp.bind(0, '127.0.0.1'));
    await once(rtp, 'listening');
    const server = await bench.server({ replies });
    const session = await bench.open({ url: server.url, transport: 'udp' });
    const clientPort = Number(
      /client_port=(\d+)-/.exec(server.requestsOf('SETUP')[0]?.headers.get('transport') ?? '')?.[1],
    );
    const send: Send = (_server, packet) => rtp.send(packet, clientPort, '127.0.0.1');
    await playRegularly(server, { send });
    die();
    await playRegularly(server, { send, durationMs: 35_000, intervalMs: 500 });
    expect(await untilEnded(session, 10_000)).toBeLessThanOrEqual(3_500);
    expect(await session.ended).toMatchObject({ code: 'connection-dead' });
  });
});

describe('item 64: a camera that pauses keeps the patience of 10 s', () => {
  it.each<{ name: string; answer: ScriptedReply }>([
    { name: 'answers', answer: {} },
    { name: 'refuses keepalives', answer: { status: 454, reason: 'Session Not Found', headers: {} } },
    {
      name: 'answers with a wrong CSeq',
      answer: ({ headers }) => ({ headers: { CSeq: `${Number(headers.get('cseq')) + 1}` } }),
    },
  ])('when it $name', async ({ name, answer }) => {
    const server = await bench.server({ replies: { GET_PARAMETER: answer } });
    const session = await bench.open({ url: server.url });
    await playRegularly(server);
    const passedMs = await untilEnded(session, 12_000);
    // 454 is what the camera says of a session that it has forgotten: believed 2 s after media stops.
    if (name === 'refuses keepalives') expect(await session.ended).toMatchObject({ code: 'session-not-found' });
    else {
      expect(passedMs).toBeGreaterThan(9_500);
      expect(await session.ended).toMatchObject({ code: 'no-media' });
    }
  });

  it('item 7: when it never answers keepalives while it plays', async () => {
    const server = await bench.server({ replies: { GET_PARAMETER: () => undefined } });
    const session = await bench.open({ url: server.url });
    await playRegularly(server);
    expect(await untilEnded(session, 12_000)).toBeGreaterThan(9_500);
    expect(await session.ended).toMatchObject({ code: 'no-media' });
    expect(keepalives(server)).toHaveLength(1);
  });

  it('when sender reports go on', async () => {
    const { replies, die } = mortal();
    const server = await bench.server({ replies });
    const session = await bench.open({ url: server.url });
    await playRegularly(server);
    die();
    for (let count = 0; count < 10; count++) {
      server.connection.sendFrame(1, Buffer.from(`80c8000611223344${'00'.repeat(20)}`, 'hex'));
      const sent = server.requests.length;
      await settled(server);
      bench.clock.advance(950);
      await settled(server);
      expect(server.requests.length).toBe(sent);
    }
    expect(await untilEnded(session, 5_000)).toBeLessThanOrEqual(2_500);
    expect(await session.ended).toMatchObject({ code: 'no-media' });
  });

  it('and one that sends a picture every 5.5 s is not even asked', async () => {
    const { replies, die } = mortal();
    const server = await bench.server({ replies });
    const session = await bench.open({ url: server.url });
    await playRegularly(server, { intervalMs: 5_500, durationMs: 22_000 });
    die();
    const asked = keepalives(server).length;
    expect(await untilEnded(session, 12_000)).toBeGreaterThan(4_400);
    expect(await session.ended).toMatchObject({ code: 'no-media' });
    expect(keepalives(server)).toHaveLength(asked);
  });

  it('a process that was held up asks nothing and ends nothing', async () => {
    const { replies } = mortal();
    const server = await bench.server({ replies });
    const session = await bench.open({ url: server.url });
    await playRegularly(server);
    const asked = keepalives(server).length;
    // The one timer that is due comes late by itself; then what waited in the socket is read.
    bench.clock.jump(8_000);
    for (const packet of pictures.next()) overTcp(server, packet);
    await settled(server);
    await waitFor(() => session.stats().accessUnits === 21);
    await playRegularly(server, { durationMs: 2_000 });
    expect(keepalives(server)).toHaveLength(asked);
  });
});
