/** Keepalive, watchdogs, limits, ends and aborts, against a scripted server on a clock that stands still (rtsp-interop §1.4, §1.8, §8.1). */
import { inspect } from 'node:util';
import { waitFor } from '@oriel/testing';
import { SCRIPTED_SDP, type ScriptedReply, type ScriptedServer, TestPictures } from '@oriel/testing/scripted-server';
import type { RtspSession } from '../api.ts';
import { RtspError } from '../rtsp-error.ts';
import { SessionBench } from './testing-session.ts';

let bench: SessionBench;
beforeEach(() => {
  bench = new SessionBench();
});
afterEach(() => bench.dispose());

const pictures = new TestPictures();

async function sendPicture(server: ScriptedServer): Promise<void> {
  const count = bench.pictures.length;
  for (const packet of pictures.next()) server.connection.sendFrame(0, packet);
  await waitFor(() => bench.pictures.length > count);
}

/** Time in which a picture comes every five seconds. */
async function playFor(server: ScriptedServer, durationMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < durationMs; passedMs += 5_000) {
    await sendPicture(server);
    bench.clock.advance(Math.min(5_000, durationMs - passedMs));
  }
}

const timeoutOf =
  (seconds: number): ScriptedReply =>
  ({ headers }) => ({
    headers: { Session: `A;timeout=${seconds}`, Transport: headers.get('transport') ?? '' },
  });

describe('keepalive', () => {
  it.each([
    {
      name: 'GET_PARAMETER when advertised',
      publicMethods: 'OPTIONS, GET_PARAMETER',
      timeoutS: 60,
      afterMs: 30_000,
      method: 'GET_PARAMETER',
    },
    { name: 'OPTIONS otherwise (Hipcam)', publicMethods: 'OPTIONS', timeoutS: 60, afterMs: 30_000, method: 'OPTIONS' },
    { name: 'half of 15 s (Tapo)', publicMethods: 'OPTIONS', timeoutS: 15, afterMs: 7_500, method: 'OPTIONS' },
    { name: 'no rarer than 30 s', publicMethods: 'OPTIONS', timeoutS: 600, afterMs: 30_000, method: 'OPTIONS' },
  ])('item 6: $name', async ({ publicMethods, timeoutS, afterMs, method }) => {
    const server = await bench.server({
      replies: { OPTIONS: { headers: { Public: publicMethods } }, SETUP: timeoutOf(timeoutS) },
    });
    await bench.open({ url: server.url });
    await playFor(server, afterMs - 1);
    expect(server.requests).toHaveLength(4);
    bench.clock.advance(1);
    await waitFor(() => server.requests.length === 5);
    expect(server.requests[4]).toMatchObject({ method, uri: `${server.url}/` });
    expect(server.requests[4]?.headers.get('session')).toBe('A');
    bench.clock.advance(afterMs);
  });

  it.each([400, 405, 451, 501, 551])(
    'item 7: %i to a keepalive rotates the method and ends nothing',
    async (status) => {
      const server = await bench.server({ replies: { GET_PARAMETER: { status, reason: 'No' } } });
      const session = await bench.open({ url: server.url });
      await playFor(server, 30_000);
      await waitFor(
        () => server.requestsOf('GET_PARAMETER').length === 1 && bench.deviations.includes('keepalive-refused'),
      );
      await playFor(server, 30_000);
      await waitFor(() => server.requestsOf('OPTIONS').length === 2);
      await sendPicture(server);
      await expectAlive(session);
    },
  );

  it('item 7: no reply to a keepalive ends nothing while media flows', async () => {
    const server = await bench.server({ replies: { GET_PARAMETER: () => undefined } });
    const session = await bench.open({ url: server.url });
    await playFor(server, 120_000);
    await expectAlive(session);
    expect(bench.deviations).toEqual(['keepalive-failed']);
  });

  it.each([
    {
      name: 'one ahead, with 400 (Tapo C520WS, retina#133)',
      fields: { status: 400, reason: 'Bad', headers: { CSeq: '6' } },
    },
    { name: 'one behind', fields: { headers: { CSeq: '4' } } },
    { name: 'none', fields: { without: ['CSeq'] as const } },
  ])('item 8: a keepalive reply with wrong CSeq is not fatal: $name', async ({ fields }) => {
    const server = await bench.server({ replies: { GET_PARAMETER: fields } });
    const session = await bench.open({ url: server.url });
    await playFor(server, 65_000);
    await expectAlive(session);
    expect(server.requests.length).toBeGreaterThan(4);
  });

  it('item 20: 454 to a keepalive ends the session once media stops too', async () => {
    const server = await bench.server({ replies: { GET_PARAMETER: { status: 454, reason: 'Session Not Found' } } });
    const session = await bench.open({ url: server.url });
    await playFor(server, 30_000);
    await waitFor(() => server.requestsOf('GET_PARAMETER').length === 1);
    await sendPicture(server);
    await expectAlive(session);
    bench.clock.advance(5_000);
    expect(await session.ended).toMatchObject({
      code: 'session-not-found',
      retryable: true,
      context: { statusCode: 454 },
    });
  });
});

describe('item 64: watchdog', () => {
  it('no first packet over TCP for 10 s', async () => {
    const server = await bench.server();
    const session = await bench.open({ url: server.url });
    bench.clock.advance(10_000);
    await expectAlive(session);
    bench.clock.advance(2_000);
    expect(await session.ended).toMatchObject({
      code: 'no-media',
      summary: 'The camera agreed to play but sent no video',
      retryable: true,
    });
    await waitFor(() => server.requestsOf('TEARDOWN').length === 1);
  });

  it('silence of 10 s after media, keepalive replies notwithstanding', async () => {
    const server = await bench.server({ replies: { SETUP: timeoutOf(5) } });
    const session = await bench.open({ url: server.url });
    await playFor(server, 40_000);
    for (let second = 0; second < 7; second++) {
      bench.clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await session.ended).toMatchObject({ code: 'no-media', summary: 'The camera stopped sending video' });
    expect(session.stats()).toMatchObject({ packets: 8, accessUnits: 8, lostPackets: 0 });
  });

  it('BYE, then nothing for 5 s', async () => {
    const server = await bench.server();
    const session = await bench.open({ url: server.url });
    await sendPicture(server);
    server.connection.sendFrame(1, Buffer.from('80c900011122334481cb000111223344', 'hex'));
    server.connection.sendFrame(9, Buffer.alloc(4));
    await waitFor(() => bench.deviations.includes('channel-unassigned'));
    bench.clock.advance(5_000);
    await expectAlive(session);
    bench.clock.advance(2_000);
    expect(await session.ended).toMatchObject({ code: 'closed-by-peer', summary: 'The camera ended the stream' });
  });
});

it('item 99: an application that falls behind gets no more until a keyframe finds room, and that one is marked', async () => {
  let backlogBytes = 0;
  const server = await bench.server();
  const session = await bench.open({ url: server.url, consumerBacklogBytes: () => backlogBytes });
  const pictures = new TestPictures();
  const send = (some: TestPictures) => {
    for (const packet of some.next()) server.connection.sendFrame(0, packet);
  };
  send(pictures);
  await waitFor(() => bench.pictures.length === 1);
  backlogBytes = 16 * 1024 * 1024 + 1;
  for (let count = 0; count < 5; count++) send(pictures);
  await waitFor(() => session.stats().packets === 6);
  backlogBytes = 0;
  const { sequenceNumber, timestamp } = pictures;
  // A new one begins with a keyframe.
  const next = new TestPictures({ sequenceNumber, timestamp });
  send(next);
  send(next);
  await waitFor(() => bench.pictures.length === 3);
  expect(bench.pictures.map(({ isKeyframe, discontinuity }) => [isKeyframe, discontinuity])).toEqual([
    [true, true],
    [true, true],
    [false, false],
  ]);
});

it('item 92: decoding order numbers in the description are told', async () => {
  const sdp = SCRIPTED_SDP.replace('H264/90000', 'H265/90000').replace(
    'packetization-mode=1',
    'sprop-max-don-diff=2;packetization-mode=1',
  );
  const server = await bench.server({ sdp });
  await bench.open({ url: server.url });
  for (const packet of new TestPictures().next()) server.connection.sendFrame(0, packet);
  await waitFor(() => bench.deviations.includes('donl-unsupported'));
});

describe('item 24: TEARDOWN', () => {
  it('a dead peer does not hold close up', async () => {
    const server = await bench.server({ replies: { TEARDOWN: () => undefined } });
    const session = await bench.open({ url: server.url });
    const closing = session.close();
    await waitFor(() => server.requestsOf('TEARDOWN').length === 1);
    bench.clock.advance(1_000);
    await closing;
    expect(await session.ended).toBeUndefined();
    await server.connection.closed;
  });

  it.each([454, 500])('%i to TEARDOWN counts as done (Hikvision DS-2CD2032)', async (status) => {
    const server = await bench.server({ replies: { TEARDOWN: { status, reason: 'No' } } });
    const session = await bench.open({ url: server.url });
    await session.close();
    expect(await session.ended).toBeUndefined();
  });

  it('is sent when SETUP has happened but PLAY fails', async () => {
    const server = await bench.server({ replies: { PLAY: { status: 500, reason: 'No' } } });
    await bench.refusal({ url: server.url });
    expect(server.methods).toEqual(['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY', 'TEARDOWN']);
  });

  it('is never sent without a session', async () => {
    const server = await bench.server({ replies: { SETUP: { status: 500, reason: 'No' } } });
    await bench.refusal({ url: server.url });
    expect(server.requestsOf('TEARDOWN')).toEqual([]);
  });

  it('pictures that come while waiting for its reply are dropped', async () => {
    const server = await bench.server({
      replies: {
        TEARDOWN: (_request, connection) => {
          for (const packet of pictures.next()) connection.sendFrame(0, packet);
          return {};
        },
      },
    });
    const session = await bench.open({ url: server.url });
    await session.close();
    expect(bench.pictures).toEqual([]);
  });

  it('closing twice is one TEARDOWN', async () => {
    const server = await bench.server();
    const session = await bench.open({ url: server.url });
    await Promise.all([session.close(), session.close()]);
    await session.close();
    expect(server.requestsOf('TEARDOWN')).toHaveLength(1);
  });
});

describe('item 27: abort', () => {
  it.each(['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY'])('while %s is awaited frees socket and timers', async (method) => {
    const abort = new AbortController();
    const server = await bench.server({
      replies: {
        [method]: () => {
          abort.abort();
          return undefined;
        },
      },
    });
    expect(await bench.refusal({ url: server.url, signal: abort.signal })).toMatchObject({
      code: 'aborted',
      retryable: false,
    });
    expect(server.methods.at(-1)).toBe(method === 'PLAY' ? 'TEARDOWN' : method);
    await server.connection.closed;
    expect(bench.clock.pending).toBe(0);
  });

  it('before it begins', async () => {
    expect(await bench.refusal({ url: 'rtsp://127.0.0.1:1/a', signal: AbortSignal.abort() })).toMatchObject({
      code: 'aborted',
    });
  });

  it('while connecting', async () => {
    const abort = new AbortController();
    // TEST-NET-1 (RFC 5737): nothing answers there.
    const refusal = bench.refusal({ url: 'rtsp://192.0.2.1/a', signal: abort.signal });
    abort.abort();
    expect(await refusal).toMatchObject({ code: 'aborted' });
    expect(bench.clock.pending).toBe(0);
  });

  it('while playing', async () => {
    const abort = new AbortController();
    const server = await bench.server();
    const session = await bench.open({ url: server.url, signal: abort.signal });
    abort.abort();
    expect(await session.ended).toBeUndefined();
    expect(server.methods.at(-1)).toBe('TEARDOWN');
    await server.connection.closed;
    expect(bench.clock.pending).toBe(0);
  });
});

describe('item 97: limits', () => {
  it('connect', async () => {
    const refusal = bench.refusal({ url: 'rtsp://192.0.2.1/a' });
    bench.clock.advance(5_000);
    expect(await refusal).toMatchObject({ code: expect.stringMatching(/timed-out|unreachable/), retryable: true });
  });

  it('connection refused', async () => {
    const server = await bench.server();
    const { url } = server;
    await server.stop();
    expect(await bench.refusal({ url })).toMatchObject({
      code: 'unreachable',
      summary: expect.stringMatching(/^Nothing answers at this port/),
    });
  });

  it.each(['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY'])('reply to %s', async (method) => {
    const server = await bench.server({ replies: { [method]: () => undefined, TEARDOWN: {} } });
    const refusal = bench.refusal({ url: server.url });
    await waitFor(() => server.methods.at(-1) === method);
    bench.clock.advance(8_000);
    expect(await refusal).toMatchObject({ code: 'timed-out', retryable: true, context: { method } });
  });

  it('the whole of opening', async () => {
    const server = await bench.server({ replies: { DESCRIBE: () => undefined } });
    const refusal = bench.refusal({ url: server.url, timeouts: { replyMs: 60_000 } });
    await waitFor(() => server.methods.at(-1) === 'DESCRIBE');
    bench.clock.advance(20_000);
    expect(await refusal).toMatchObject({ code: 'timed-out', summary: 'The camera took too long to start playing' });
  });

  it('write, when the camera stops reading', async () => {
    const server = await bench.server({
      onPlay: ({ socket }) => {
        socket.pause();
      },
    });
    const session = await bench.open({ url: server.url, timeouts: { silenceMs: 3_600_000, replyMs: 600_000 } });
    // Requests of the server that nobody reads the answers to, until the socket takes no more.
    for (let count = 0; count < 2_000; count++)
      server.connection.send(`GET_PARAMETER * RTSP/1.0\r\nCSeq: ${count}\r\nSession: ${'x'.repeat(6_000)}\r\n\r\n`);
    await waitFor(
      () => {
        bench.clock.advance(8_000);
        return bench.clock.pending === 0;
      },
      { deadlineMs: 20_000 },
    );
    expect(await session.ended).toMatchObject({
      code: 'timed-out',
      summary: 'The camera stopped reading what is sent to it',
    });
  });
});

describe('the end of the connection', () => {
  it('closed by the camera', async () => {
    const server = await bench.server();
    const session = await bench.open({ url: server.url });
    server.connection.socket.end();
    expect(await session.ended).toMatchObject({
      code: 'closed-by-peer',
      summary: 'The camera closed the connection',
      retryable: true,
    });
    expect(bench.clock.pending).toBe(0);
  });

  it('reset by the camera', async () => {
    const server = await bench.server();
    const session = await bench.open({ url: server.url });
    server.connection.socket.resetAndDestroy();
    expect(await session.ended).toMatchObject({ code: 'closed-by-peer', retryable: true });
  });

  it('item 41: garbage without end', async () => {
    const server = await bench.server({ onPlay: (connection) => connection.send(Buffer.alloc(300_000, 1)) });
    const session = await bench.open({ url: server.url });
    expect(await session.ended).toMatchObject({
      code: 'protocol-violation',
      summary: 'The camera sent bytes that are not RTSP',
    });
  });

  it('item 41: garbage between frames is skipped and told', async () => {
    const server = await bench.server({
      onPlay: (connection) => {
        for (const packet of pictures.next()) connection.sendFrame(0, packet);
        connection.send(Buffer.from('01022400050607', 'hex'));
        for (let count = 0; count < 2; count++) for (const packet of pictures.next()) connection.sendFrame(0, packet);
      },
    });
    const session = await bench.open({ url: server.url });
    await waitFor(() => bench.pictures.length === 3);
    expect(bench.deviations).toEqual(['resynchronised']);
    expect(session.stats().faults).toMatchObject({ resynchronised: 1 });
  });

  it('an endless header', async () => {
    const server = await bench.server({ replies: { OPTIONS: () => `RTSP/1.0 200 OK\r\nX: ${'a'.repeat(100_000)}` } });
    expect(await bench.refusal({ url: server.url })).toMatchObject({ code: 'protocol-violation' });
  });

  it('a consumer that throws', async () => {
    const server = await bench.server({
      onPlay: (connection) => {
        for (let count = 0; count < 3; count++) for (const packet of pictures.next()) connection.sendFrame(0, packet);
      },
    });
    const fault = new Error('consumer');
    let calls = 0;
    const session = await bench.open({
      url: server.url,
      onVideo: () => {
        calls++;
        throw fault;
      },
    });
    expect(await session.ended).toMatchObject({ code: 'consumer-failed', cause: fault, retryable: false });
    expect(calls).toBe(1);
    expect(server.methods.at(-1)).toBe('TEARDOWN');
  });

  it('a consumer of events that throws', async () => {
    const server = await bench.server();
    const fault = new Error('events');
    const error = await bench.refusal({
      url: server.url,
      onEvent: () => {
        throw fault;
      },
    });
    expect(error).toMatchObject({ code: 'consumer-failed', cause: fault });
  });
});

describe('secrets', () => {
  const canary = 'canary-7f3a';
  const scripts: { name: string; replies: Record<string, ScriptedReply>; sdp?: string }[] = [
    {
      name: 'a wrong password',
      replies: { OPTIONS: { status: 401, reason: 'No', headers: { 'WWW-Authenticate': 'Basic realm="r"' } } },
    },
    { name: 'a 404', replies: { DESCRIBE: { status: 404, reason: 'No' } } },
    { name: 'a bad codec', replies: {}, sdp: 'v=0\r\nm=video 0 RTP/AVP 26\r\n' },
    {
      name: 'a redirect without end',
      replies: { OPTIONS: ({ uri }) => ({ status: 302, reason: 'No', headers: { Location: uri } }) },
    },
    { name: 'garbage', replies: { OPTIONS: () => '\x01'.repeat(300_000) } },
    { name: 'a PLAY refused', replies: { PLAY: { status: 500, reason: 'No' } } },
  ];
  it.each(scripts)('no password in the error of $name', async ({ replies, sdp }) => {
    const server = await bench.server({ replies, ...(sdp === undefined ? {} : { sdp }) });
    const error = await bench.refusal({ url: `rtsp://user-${canary}:pass-${canary}@127.0.0.1:${server.port}/stream` });
    expect(
      `${error}${error.stack}${JSON.stringify(error)}${inspect(error, { depth: 20, showHidden: true })}`,
    ).not.toContain(canary);
  });

  it.each([
    'ftp://u:canary-7f3a@h/',
    'rtsp://u:canary-7f3a@',
    'rtsp://u:canary-7f3a@10.0.0.1:0/',
    'rtsp://u:canary-7f3a@h\n/',
  ])('no password in the error of the address %j', async (url) => {
    const error = await bench.refusal({ url });
    expect(error).toMatchObject({ code: 'invalid-url', retryable: false });
    expect(
      `${error}${error.stack}${JSON.stringify(error)}${inspect(error, { depth: 20, showHidden: true })}`,
    ).not.toContain(canary);
  });

  it('no password in the session object or its events', async () => {
    const server = await bench.server({
      replies: { OPTIONS: [{ status: 401, reason: 'No', headers: { 'WWW-Authenticate': 'Basic realm="r"' } }, {}] },
    });
    const session = await bench.open({ url: `rtsp://user-${canary}:pass-${canary}@127.0.0.1:${server.port}/stream` });
    await sendPicture(server);
    for (const value of [session, session.stats(), bench.events, bench.pictures.length]) {
      expect(JSON.stringify(value) + inspect(value, { depth: 20 })).not.toContain(canary);
    }
  });
});

async function expectAlive(session: RtspSession): Promise<void> {
  const verdict = await Promise.race([session.ended, new Promise((resolve) => setImmediate(resolve, 'alive'))]);
  if (verdict instanceof RtspError) throw verdict;
  expect(verdict).toBe('alive');
}
