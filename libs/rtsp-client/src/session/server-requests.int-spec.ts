/** Requests that the camera makes, by a scripted server (docs/rtsp-interop.md#requests-of-the-camera). */
import { waitFor } from '@oriel/testing';
import { SessionBench } from './testing-session.ts';

let bench: SessionBench;
beforeEach(() => {
  bench = new SessionBench();
});
afterEach(() => bench.dispose());

describe('item 26, device 39: requests of the server', () => {
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
