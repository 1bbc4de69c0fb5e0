/** Challenges and what is answered to them, against a scripted server (docs/rtsp-interop.md#login). */
import { waitFor } from '@oriel/testing';
import { replyText, SCRIPTED_SDP, type ScriptedReply } from '@oriel/testing/scripted-server';
import { challenge, credentials, digest, SessionBench } from './testing-session.ts';

let bench: SessionBench;
beforeEach(() => {
  bench = new SessionBench();
});
afterEach(() => bench.dispose());

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

    bench.clock.advance(4_000);
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
