/** Redirects, by status and by request, against a scripted server (docs/rtsp-interop.md#redirects). */
import { waitFor } from '@oriel/testing';
import { SCRIPTED_SDP } from '@oriel/testing/scripted-server';
import { challenge, credentials, SessionBench } from './testing-session.ts';

let bench: SessionBench;
beforeEach(() => {
  bench = new SessionBench();
});
afterEach(() => bench.dispose());

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
