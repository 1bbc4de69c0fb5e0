/** The exchange of requests and replies, against a scripted server (rtsp-interop §1). */
import { waitFor } from '@oriel/testing';
import { replyText, SCRIPTED_SDP, type ScriptedReply, TestPictures } from '@oriel/testing/scripted-server';
import { SessionBench } from './testing-session.ts';

let bench: SessionBench;
beforeEach(() => {
  bench = new SessionBench();
});
afterEach(() => bench.dispose());

const credentials = { username: 'admin', password: 'secret' };
const challenge = (...lines: string[]): ScriptedReply => ({
  status: 401,
  reason: 'Unauthorized',
  headers: { 'WWW-Authenticate': lines },
});
const digest = (nonce: string) => `Digest realm="r", nonce="${nonce}"`;

describe('order of requests', () => {
  it('item 1: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, CSeq up by 1, User-Agent in each, CSeq the first header', async () => {
    const server = await bench.server();
    const session = await bench.open({ url: server.url });
    await session.close();
    expect(server.methods).toEqual(['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY', 'TEARDOWN']);
    expect(server.requests.map(({ headers }) => headers.get('cseq'))).toEqual(['1', '2', '3', '4', '5']);
    for (const { text, headers } of server.requests) {
      expect(text.split('\r\n')[1]).toMatch(/^CSeq: \d+$/);
      expect(headers.get('user-agent')).toMatch(/^Oriel\//);
    }
    expect(await session.ended).toBeUndefined();
    expect(bench.deviations).toEqual([]);
  });

  it('item 1: the requests as they are on the wire', async () => {
    const server = await bench.server();
    const session = await bench.open({ url: server.url });
    await session.close();
    const base = `rtsp://127.0.0.1:${server.port}/stream`;
    expect(server.requests.map(({ text }) => text.replaceAll(/Oriel\/[\d.]+/g, 'Oriel'))).toEqual([
      `OPTIONS ${base} RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: Oriel\r\n\r\n`,
      `DESCRIBE ${base} RTSP/1.0\r\nCSeq: 2\r\nUser-Agent: Oriel\r\nAccept: application/sdp\r\n\r\n`,
      `SETUP ${base}/trackID=1 RTSP/1.0\r\nCSeq: 3\r\nUser-Agent: Oriel\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n`,
      `PLAY ${base}/ RTSP/1.0\r\nCSeq: 4\r\nUser-Agent: Oriel\r\nSession: 12345678\r\nRange: npt=0.000-\r\n\r\n`,
      `TEARDOWN ${base}/ RTSP/1.0\r\nCSeq: 5\r\nUser-Agent: Oriel\r\nSession: 12345678\r\n\r\n`,
    ]);
  });

  it.each([404, 405, 501, 551])('item 2: DESCRIBE is sent after OPTIONS returned %i', async (status) => {
    const server = await bench.server({ replies: { OPTIONS: { status, reason: 'No' } } });
    await bench.open({ url: server.url });
    expect(server.methods).toEqual(['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY']);
  });

  it('item 3: neither request line nor digest uri contain user-info', async () => {
    const server = await bench.server({ replies: { OPTIONS: [challenge(digest('n')), {}] } });
    const session = await bench.open({ url: `rtsp://ad%40min:s@c:r/t@127.0.0.1:${server.port}/stream` });
    await session.close();
    for (const { uri, headers } of server.requests) {
      expect(uri).not.toContain('@');
      const digestUri = /uri="([^"]*)"/.exec(headers.get('authorization') ?? '')?.[1] ?? uri;
      expect(digestUri).toBe(uri);
    }
    expect(server.requests[1]?.headers.get('authorization')).toContain('username="ad@min"');
  });

  it('item 4: the session id goes back without parameters; the first one stays (h264dvr)', async () => {
    const server = await bench.server({
      replies: {
        SETUP: ({ headers }) => ({
          headers: { Session: ' AAAA;timeout=60', Transport: headers.get('transport') ?? '' },
        }),
        PLAY: { headers: { Session: 'BBBB' } },
      },
    });
    const session = await bench.open({ url: server.url });
    await session.close();
    expect(server.requests.slice(3).map(({ headers }) => headers.get('session'))).toEqual(['AAAA', 'AAAA']);
    expect(bench.deviations).toEqual(['session-id-changed']);
  });

  it('item 28: only the chosen media is set up; PLAY works', async () => {
    const sdp = SCRIPTED_SDP.replace('m=video', 'm=audio 0 RTP/AVP 8\r\na=control:trackID=0\r\nm=video');
    const server = await bench.server({ sdp });
    await bench.open({ url: server.url });
    expect(server.requestsOf('SETUP').map(({ uri }) => uri)).toEqual([`${server.url}/trackID=1`]);
    expect(server.requestsOf('PLAY')).toHaveLength(1);
  });
});

describe('authentication', () => {
  it('item 9: 401 with a new nonce, on any request and on the keepalive, is answered and the request repeated (Axis M5525)', async () => {
    let nonce = 0;
    const renewing: ScriptedReply = ({ headers, method }) => {
      const isCurrent = headers.get('authorization')?.includes(`nonce="n${nonce}"`);
      if (!isCurrent)
        return { status: 401, reason: 'Unauthorized', headers: { 'WWW-Authenticate': digest(`n${++nonce}`) } };
      nonce++;
      const transport = headers.get('transport');
      const setup = { Session: 'A;timeout=20', ...(transport === undefined ? {} : { Transport: transport }) };
      if (method !== 'DESCRIBE') return { headers: setup };
      return { headers: { 'Content-Type': 'application/sdp' }, body: SCRIPTED_SDP };
    };
    const methods = ['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY'];
    const server = await bench.server({ replies: Object.fromEntries(methods.map((method) => [method, renewing])) });
    await bench.open({ url: server.url, credentials });
    expect(server.methods).toEqual(methods.flatMap((method) => [method, method]));

    bench.clock.advance(9_999);
    expect(server.methods).toHaveLength(8);
    bench.clock.advance(1);
    await waitFor(() => server.methods.length === 10);
    expect(server.methods.slice(8)).toEqual(['OPTIONS', 'OPTIONS']);
    expect(server.requests[9]?.headers.get('authorization')).toContain(`nonce="n${nonce - 1}"`);
  });

  it('item 10: wrong password: exactly one authenticated attempt and an error of its own', async () => {
    const server = await bench.server({ replies: { OPTIONS: challenge(digest('n')) } });
    const error = await bench.refusal({ url: server.url, credentials });
    expect(error).toMatchObject({
      code: 'unauthorized',
      retryable: false,
      summary: 'The camera refused the user name or password',
    });
    expect(server.requests.filter(({ headers }) => headers.has('authorization'))).toHaveLength(1);
  });

  it('item 10: no password given', async () => {
    const server = await bench.server({ replies: { DESCRIBE: challenge(digest('n')) } });
    const error = await bench.refusal({ url: server.url });
    expect(error).toMatchObject({
      code: 'unauthorized',
      summary: 'The camera asks for a user name and password, and none was given',
    });
    expect(server.requestsOf('DESCRIBE')).toHaveLength(1);
  });

  it.each([
    {
      item: 'item 11: Digest MD5 without qop',
      lines: ['Digest realm="r", nonce="n"'],
      pattern: /^Digest .*response="[0-9a-f]{32}"$/,
    },
    {
      item: 'item 12: Digest MD5 with qop=auth',
      lines: ['Digest realm="r", nonce="n", qop="auth", opaque="o"'],
      pattern: /opaque="o", qop=auth, nc=0000000[1-4], cnonce="[0-9a-f]{32}"$/,
    },
    {
      item: 'item 13: Digest SHA-256',
      lines: ['Digest realm="r", nonce="n", algorithm="SHA-256"'],
      pattern: /response="[0-9a-f]{64}", algorithm="?SHA-256"?/,
    },
    {
      item: 'item 14: Basic and Digest in one line',
      lines: ['Basic realm="r", Digest realm="r", nonce="n"'],
      pattern: /^Digest /,
    },
    {
      item: 'item 14: Basic and Digest in two lines',
      lines: ['Basic realm="r"', 'Digest realm="r", nonce="n"'],
      pattern: /^Digest /,
    },
    {
      item: 'item 15: Bearer beside Digest',
      lines: ['Bearer realm="r"', 'Digest realm="r", nonce="n"'],
      pattern: /^Digest /,
    },
    { item: 'Basic alone', lines: ['Basic realm="r"'], pattern: /^Basic YWRtaW46c2VjcmV0$/ },
  ])('$item', async ({ lines, pattern }) => {
    const server = await bench.server({
      replies: {
        DESCRIBE: [challenge(...lines), { headers: { 'Content-Type': 'application/sdp' }, body: SCRIPTED_SDP }],
      },
    });
    const session = await bench.open({ url: server.url, credentials });
    await session.close();
    // From the challenge on every request carries it, TEARDOWN included.
    for (const { headers } of server.requests.slice(2)) expect(headers.get('authorization')).toMatch(pattern);
    expect(server.methods).toEqual(['OPTIONS', 'DESCRIBE', 'DESCRIBE', 'SETUP', 'PLAY', 'TEARDOWN']);
  });

  it('a camera that closes the connection with its 401 gets the answer over the next one, once', async () => {
    const closing: ScriptedReply = (request, connection) => {
      if (request.headers.has('authorization'))
        return { headers: { 'Content-Type': 'application/sdp' }, body: SCRIPTED_SDP };
      connection.send(replyText(request, { status: 401, reason: 'No', headers: { 'WWW-Authenticate': digest('n') } }));
      connection.end();
      return undefined;
    };
    const server = await bench.server({ replies: { DESCRIBE: closing } });
    await bench.open({ url: server.url, credentials });
    expect(server.connections).toHaveLength(2);
    expect(server.requests.filter(({ connection }) => connection === 1).map(({ method }) => method)).toEqual([
      'OPTIONS',
      'DESCRIBE',
      'SETUP',
      'PLAY',
    ]);

    const endless = await bench.server({
      replies: {
        DESCRIBE: (request, connection) => {
          connection.send(
            replyText(request, { status: 401, reason: 'No', headers: { 'WWW-Authenticate': digest('n') } }),
          );
          connection.end();
          return undefined;
        },
      },
    });
    await bench.refusal({ url: endless.url, credentials });
    expect(endless.connections.length).toBeLessThanOrEqual(2);
  });

  it('item 3: options win over user-info', async () => {
    const server = await bench.server({ replies: { OPTIONS: [challenge('Basic realm="r"'), {}] } });
    await bench.open({ url: `rtsp://other:pw@127.0.0.1:${server.port}/stream`, credentials });
    expect(server.requests[1]?.headers.get('authorization')).toBe('Basic YWRtaW46c2VjcmV0');
  });
});

describe('matching replies', () => {
  it('item 22: CSeq missing in every reply', async () => {
    const server = await bench.server({
      replies: {
        OPTIONS: { without: ['CSeq'] },
        DESCRIBE: { without: ['CSeq'], headers: { 'Content-Type': 'application/sdp' }, body: SCRIPTED_SDP },
        PLAY: { without: ['CSeq'] },
      },
    });
    await bench.open({ url: server.url });
    expect(bench.deviations).toEqual(['cseq-missing']);
  });

  it('item 23: stale CSeq dropped, the awaited reply still found (frigate#9729)', async () => {
    const server = await bench.server({
      replies: {
        PLAY: (request) =>
          replyText(request, { status: 454, reason: 'Old', headers: { CSeq: '2' } }) +
          replyText(request, { headers: { Session: '12345678' } }),
      },
    });
    await bench.open({ url: server.url });
    expect(bench.deviations).toEqual(['cseq-stale']);
  });

  it('item 23: CSeq ahead is taken when nothing better comes (Tapo C520WS, retina#133)', async () => {
    const server = await bench.server({ replies: { PLAY: { headers: { CSeq: '9' } } } });
    const opening = bench.open({ url: server.url });
    await waitFor(() => bench.deviations.includes('cseq-wrong'));
    bench.clock.advance(300);
    await opening;
  });

  it.each(['CSeq:4', 'cseq:  4  ', 'CSEQ:\t4'])('item 39: header name and blanks as in %j', async (line) => {
    const server = await bench.server({
      replies: { PLAY: () => `RTSP/1.0 200 OK\r\n${line}\r\nSession: 12345678\r\n\r\n` },
    });
    await bench.open({ url: server.url });
    expect(bench.deviations).toEqual([]);
  });
});

describe('statuses', () => {
  it.each([
    { name: 'item 20: 454', status: 454, headers: {}, expected: { code: 'session-not-found', retryable: true } },
    {
      name: 'item 21: 503 with Retry-After',
      status: 503,
      headers: { 'Retry-After': '45' },
      expected: { code: 'busy', retryable: true, context: { retryAfterMs: 45_000, statusCode: 503 } },
    },
    {
      name: 'item 21: 453 (Hikvision, webrtc-streamer#174)',
      status: 453,
      headers: {},
      expected: { code: 'busy', retryable: true, context: { retryAfterMs: 10_000 } },
    },
    { name: '404', status: 404, headers: {}, expected: { code: 'not-found', retryable: false } },
    { name: '403 is not tried again', status: 403, headers: {}, expected: { code: 'forbidden', retryable: false } },
    { name: '500', status: 500, headers: {}, expected: { code: 'server-error', retryable: true } },
    { name: '461 over TCP', status: 461, headers: {}, expected: { code: 'unsupported-transport' } },
  ])('$name on PLAY becomes a typed error, and the session is torn down', async ({ status, headers, expected }) => {
    const server = await bench.server({ replies: { PLAY: { status, reason: 'No', headers } } });
    expect(await bench.refusal({ url: server.url })).toMatchObject(expected);
    expect(server.methods.at(-1)).toBe('TEARDOWN');
    expect(server.requestsOf('PLAY')).toHaveLength(1);
  });

  it.each([455, 457])('%i on PLAY: once more without Range', async (status) => {
    const server = await bench.server({ replies: { PLAY: [{ status, reason: 'No' }, {}] } });
    await bench.open({ url: server.url });
    expect(server.requestsOf('PLAY').map(({ headers }) => headers.get('range'))).toEqual(['npt=0.000-', undefined]);
  });

  it.each([459, 460])('%i on PLAY: once more with the URL of the media', async (status) => {
    const server = await bench.server({ replies: { PLAY: [{ status, reason: 'No' }, {}] } });
    await bench.open({ url: server.url });
    expect(server.requestsOf('PLAY').map(({ uri }) => uri)).toEqual([`${server.url}/`, `${server.url}/trackID=1`]);
  });
});

describe('redirects', () => {
  it.each([301, 302, 303, 305, 307, 308])('item 16: %i on DESCRIBE is followed with credentials', async (status) => {
    const server = await bench.server({
      replies: {
        OPTIONS: ({ headers }) =>
          headers.has('authorization')
            ? {}
            : { status: 401, reason: 'No', headers: { 'WWW-Authenticate': 'Basic realm="r"' } },
        DESCRIBE: ({ uri }) =>
          uri.endsWith('/moved')
            ? { headers: { 'Content-Type': 'application/sdp' }, body: SCRIPTED_SDP }
            : { status, reason: 'Moved', headers: { Location: uri.replace('/stream', '/moved') } },
      },
    });
    await bench.open({ url: server.url, credentials });
    expect(server.connections).toHaveLength(2);
    expect(server.requestsOf('PLAY')[0]).toMatchObject({ uri: `rtsp://127.0.0.1:${server.port}/moved`, connection: 1 });
    expect(server.requestsOf('PLAY')[0]?.headers.get('authorization')).toBe('Basic YWRtaW46c2VjcmV0');
  });

  it('item 16: a relative Location', async () => {
    const server = await bench.server({
      replies: { OPTIONS: [{ status: 302, reason: 'Moved', headers: { Location: '/moved' } }, {}] },
    });
    await bench.open({ url: server.url });
    expect(server.requestsOf('DESCRIBE')[0]?.uri).toBe(`rtsp://127.0.0.1:${server.port}/moved`);
  });

  it('item 16: more than five hops', async () => {
    let hop = 0;
    const server = await bench.server({
      replies: { OPTIONS: () => ({ status: 302, reason: 'Moved', headers: { Location: `/hop${++hop}` } }) },
    });
    expect(await bench.refusal({ url: server.url })).toMatchObject({ code: 'too-many-redirects' });
    expect(server.connections).toHaveLength(6);
  });

  it('item 16: a loop', async () => {
    const server = await bench.server({
      replies: { OPTIONS: ({ uri }) => ({ status: 302, reason: 'Moved', headers: { Location: uri } }) },
    });
    expect(await bench.refusal({ url: server.url })).toMatchObject({ code: 'too-many-redirects' });
    expect(server.connections).toHaveLength(1);
  });

  it('item 16: credentials do not go to another host', async () => {
    const other = await bench.server({ host: '127.0.0.2', replies: { OPTIONS: challenge('Basic realm="r"') } });
    const server = await bench.server({
      replies: { OPTIONS: { status: 302, reason: 'Moved', headers: { Location: `rtsp://127.0.0.2:${other.port}/a` } } },
    });
    expect(await bench.refusal({ url: server.url, credentials })).toMatchObject({ code: 'unauthorized' });
    expect(other.requests.filter(({ headers }) => headers.has('authorization'))).toEqual([]);
  });

  it('item 16: credentials go to another host when the caller says so', async () => {
    const other = await bench.server({ host: '127.0.0.2', replies: { OPTIONS: [challenge('Basic realm="r"'), {}] } });
    const server = await bench.server({
      replies: { OPTIONS: { status: 302, reason: 'Moved', headers: { Location: `rtsp://127.0.0.2:${other.port}/a` } } },
    });
    await bench.open({ url: server.url, credentials, redirectCredentials: 'any-host' });
    expect(other.requests[1]?.headers.get('authorization')).toBe('Basic YWRtaW46c2VjcmV0');
  });

  it('item 16: REDIRECT by the server is answered and followed', async () => {
    const server = await bench.server({
      onPlay: (connection) => {
        if (connection.index === 0)
          connection.send('REDIRECT rtsp://x/ RTSP/1.0\r\nCSeq: 1\r\nLocation: /moved\r\n\r\n');
      },
    });
    await bench.open({ url: server.url });
    await waitFor(() => server.requestsOf('PLAY').length === 2);
    expect(server.connections[0]?.replies[0]).toBe('RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n');
    expect(server.requestsOf('PLAY')[1]?.uri).toBe(`rtsp://127.0.0.1:${server.port}/moved/`);
  });
});

describe('item 26: requests of the server', () => {
  it.each([
    {
      name: 'OPTIONS',
      request: 'OPTIONS * RTSP/1.0\r\nCSeq: 7\r\nSession: S\r\n\r\n',
      reply: /^RTSP\/1\.0 200 OK\r\nCSeq: 7\r\nSession: S\r\nPublic: OPTIONS/,
    },
    {
      name: 'GET_PARAMETER',
      request: 'GET_PARAMETER * RTSP/1.0\r\nCSeq: 7\r\n\r\n',
      reply: /^RTSP\/1\.0 200 OK\r\nCSeq: 7\r\n/,
    },
    {
      name: 'SET_PARAMETER',
      request: 'SET_PARAMETER * RTSP/1.0\r\nCSeq: 7\r\nContent-Length: 3\r\n\r\na:b',
      reply: /^RTSP\/1\.0 200 OK\r\nCSeq: 7\r\n/,
    },
    { name: 'ANNOUNCE', request: 'ANNOUNCE * RTSP/1.0\r\nCSeq: 7\r\n\r\n', reply: /^RTSP\/1\.0 200 OK\r\nCSeq: 7\r\n/ },
    {
      name: 'an unknown one',
      request: 'FROBNICATE * RTSP/1.0\r\nCSeq: 7\r\n\r\n',
      reply: /^RTSP\/1\.0 501 Not Implemented\r\nCSeq: 7\r\n/,
    },
  ])('$name is answered while playing and before', async ({ request, reply }) => {
    const server = await bench.server({
      onConnect: (connection) => connection.send(request),
      onPlay: (connection) => connection.send(request),
    });
    await bench.open({ url: server.url });
    await waitFor(() => server.connection.replies.length === 2);
    for (const answer of server.connection.replies) expect(answer).toMatch(reply);
  });

  it('TEARDOWN is answered and ends the session', async () => {
    const server = await bench.server({
      onPlay: (connection) => connection.send('TEARDOWN * RTSP/1.0\r\nCSeq: 7\r\n\r\n'),
    });
    const session = await bench.open({ url: server.url });
    expect(await session.ended).toMatchObject({ code: 'closed-by-peer', retryable: true });
    expect(server.requestsOf('TEARDOWN')).toEqual([]);
  });
});

describe('what comes beside replies', () => {
  it('item 35: RTCP in one segment with the PLAY reply, before it and after it (Reolink)', async () => {
    const pictures = new TestPictures();
    const server = await bench.server({
      replies: {
        PLAY: (request, connection) => {
          connection.sendFrame(1, Buffer.from('80c900011122334480c9000111223344', 'hex'));
          for (const packet of pictures.next()) connection.sendFrame(0, packet);
          return replyText(request, { headers: { Session: '12345678' } });
        },
      },
      onPlay: (connection) => {
        for (const packet of pictures.next()) connection.sendFrame(0, packet);
      },
    });
    await bench.open({ url: server.url });
    await waitFor(() => bench.pictures.length === 2);
  });

  it('item 42: unknown channels are counted and told once', async () => {
    const pictures = new TestPictures();
    const server = await bench.server({
      onPlay: (connection) => {
        for (let count = 0; count < 3; count++) connection.sendFrame(8, Buffer.alloc(20));
        for (const packet of pictures.next()) connection.sendFrame(0, packet);
      },
    });
    const session = await bench.open({ url: server.url });
    await waitFor(() => bench.pictures.length === 1);
    expect(bench.deviations).toEqual(['channel-unassigned']);
    expect(session.stats().faults).toMatchObject({ 'channel-unassigned': 3 });
  });

  it('item 43: RTCP on the RTP channel and the reverse go where they belong', async () => {
    const pictures = new TestPictures();
    const server = await bench.server({
      onPlay: (connection) => {
        connection.sendFrame(
          0,
          Buffer.from('80c8000611223344e0000000000000000000000000000000000000000', 'hex').subarray(0, 28),
        );
        for (const packet of pictures.next()) connection.sendFrame(1, packet);
      },
    });
    const session = await bench.open({ url: server.url });
    await waitFor(() => bench.pictures.length === 1);
    expect(bench.deviations).toEqual(['channel-mixed']);
    expect(session.stats().packets).toBe(1);
  });

  it('item 25: frames of a stale session before the DESCRIBE reply, and a live555 that is known for it', async () => {
    const sdp = SCRIPTED_SDP.replace('t=0 0', 't=0 0\r\na=tool:LIVE555 Streaming Media v2014.02.10');
    const server = await bench.server({
      sdp,
      onConnect: (connection) => connection.sendFrame(0, Buffer.alloc(600, 0x80)),
    });
    const session = await bench.open({ url: server.url });
    expect(bench.deviations).toEqual(['stale-session']);
    server.connection.socket.destroy();
    const error = await session.ended;
    // The camera goes on with the session for 65 s: whoever reconnects has to know.
    expect(error).toMatchObject({ code: 'closed-by-peer', context: { retryAfterMs: 65_000 } });
    const peer = `127.0.0.1:${server.port}`;
    expect(bench.staleSessions.remainingMs(peer, bench.clock.nowUs() / 1_000)).toBe(65_000);
  });

  it.each([1, 3, 17])('item 34: the whole exchange in pieces of %i bytes', async (pieceBytes) => {
    const pictures = new TestPictures();
    const server = await bench.server({
      pieceBytes,
      onPlay: (connection) => {
        for (let count = 0; count < 3; count++)
          for (const packet of pictures.next(300)) connection.sendFrame(0, packet);
      },
    });
    await bench.open({ url: server.url });
    await waitFor(() => bench.pictures.length === 3);
    expect(bench.deviations).toEqual([]);
  });
});

describe('descriptions', () => {
  it.each([
    { name: 'item 54: no Content-Type (libavformat, moonfire#298)', headers: {} },
    { name: 'item 54: a charset', headers: { 'Content-Type': 'application/sdp;charset=utf-8' } },
    { name: 'item 54: upper case', headers: { 'Content-Type': 'Application/SDP' } },
    { name: 'item 54: another type, but SDP all the same', headers: { 'Content-Type': 'text/plain' } },
  ])('$name', async ({ headers }) => {
    const server = await bench.server({ replies: { DESCRIBE: { headers, body: SCRIPTED_SDP } } });
    await bench.open({ url: server.url });
  });

  it('item 46: Content-Length missing, the end of the body is a silence of 300 ms', async () => {
    const server = await bench.server({
      replies: {
        DESCRIBE: { without: ['Content-Length'], headers: { 'Content-Type': 'application/sdp' }, body: SCRIPTED_SDP },
      },
    });
    const opening = bench.open({ url: server.url });
    await waitFor(() => bench.deviations.includes('content-length-missing'));
    bench.clock.advance(300);
    await opening;
  });

  it('item 46: Content-Length too large, given up after 2 s', async () => {
    const headers = { 'Content-Type': 'application/sdp', 'Content-Length': '5000' };
    const server = await bench.server({
      replies: { DESCRIBE: { without: ['Content-Length'], headers, body: SCRIPTED_SDP } },
    });
    const opening = bench.open({ url: server.url });
    await waitFor(() => {
      bench.clock.advance(100);
      return bench.deviations.includes('content-length-too-large');
    });
    await opening;
  });

  it('item 46: no length at all, ended by closing', async () => {
    const server = await bench.server({
      replies: {
        DESCRIBE: (request, connection) => {
          connection.send(replyText(request, { without: ['Content-Length'], body: 'v=0\r\n' }));
          connection.end();
          return undefined;
        },
      },
    });
    expect(await bench.refusal({ url: server.url })).toMatchObject({
      code: expect.stringMatching(/closed-by-peer|unsupported-media/),
    });
  });

  it('item 53: a codec that cannot be played is named', async () => {
    const server = await bench.server({ sdp: 'v=0\r\nm=video 0 RTP/AVP 26\r\nm=audio 0 RTP/AVP 0\r\n' });
    expect(await bench.refusal({ url: server.url })).toMatchObject({
      code: 'unsupported-media',
      summary: 'The camera sends JPEG, which cannot be played: choose H.264 in its settings',
    });
  });

  it('no video at all', async () => {
    const server = await bench.server({ sdp: 'v=0\r\nm=audio 0 RTP/AVP 0\r\n' });
    expect(await bench.refusal({ url: server.url })).toMatchObject({
      code: 'unsupported-media',
      summary: 'The camera offers no video at this address',
    });
  });
});

describe('item 55: Transport of SETUP', () => {
  it.each([
    { name: 'absent (gortsplib#456)', transport: undefined, channel: 0 },
    { name: 'without interleaved', transport: 'RTP/AVP/TCP;unicast', channel: 0 },
    { name: 'other channels than asked for', transport: 'RTP/AVP/TCP;unicast;interleaved=4-5', channel: 4 },
    { name: 'odd first channel', transport: 'RTP/AVP/TCP;unicast;interleaved=1-2', channel: 1 },
    { name: 'without TCP (Escam Q6)', transport: 'RTP/AVP;unicast;interleaved=0-1', channel: 0 },
  ])('$name', async ({ transport, channel }) => {
    const pictures = new TestPictures();
    const server = await bench.server({
      replies: { SETUP: { headers: { Session: 'A', ...(transport === undefined ? {} : { Transport: transport }) } } },
      onPlay: (connection) => {
        for (const packet of pictures.next()) connection.sendFrame(channel, packet);
      },
    });
    await bench.open({ url: server.url });
    await waitFor(() => bench.pictures.length === 1);
  });
});
