/** The exchange of requests and replies, against a scripted server (docs/rtsp-interop.md#dialogue). */
import { waitFor } from '@oriel/testing';
import { replyText, SCRIPTED_SDP, TestPictures } from '@oriel/testing/scripted-server';
import { challenge, digest, SessionBench } from './testing-session.ts';

let bench: SessionBench;
beforeEach(() => {
  bench = new SessionBench();
});
afterEach(() => bench.dispose());

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

  it('item 4, device 18: the session id goes back without parameters; the first one stays (h264dvr)', async () => {
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

  it('item 23, device 44: stale CSeq dropped, the awaited reply still found (frigate#9729)', async () => {
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

  it('item 23, device 44: CSeq ahead is taken when nothing better comes (Tapo C520WS, retina#133)', async () => {
    const server = await bench.server({ replies: { PLAY: { headers: { CSeq: '9' } } } });
    const opening = bench.open({ url: server.url });
    await waitFor(() => bench.deviations.includes('cseq-wrong'));
    bench.clock.advance(300);
    await opening;
  });

  it.each(['CSeq:4', 'cseq:  4  ', 'CSEQ:\t4'])('item 39, device 40: header name and blanks as in %j', async (line) => {
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
      name: 'item 21: 503 without',
      status: 503,
      headers: {},
      expected: { code: 'busy', context: expect.not.objectContaining({ retryAfterMs: expect.anything() }) },
    },
    {
      name: 'item 21, device 43: 453 (Hikvision, webrtc-streamer#174)',
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

describe('what comes beside replies', () => {
  it('item 35, device 2: RTCP in one segment with the PLAY reply, before it and after it (Reolink)', async () => {
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

  it('item 25, device 1: frames of a stale session before the DESCRIBE reply, and a live555 that is known for it', async () => {
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
