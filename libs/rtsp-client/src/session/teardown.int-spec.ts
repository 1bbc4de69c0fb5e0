/** TEARDOWN and abort in every phase, against a scripted server on a clock that stands still (docs/rtsp-interop.md#ending). */
import { waitFor } from '@oriel/testing';
import { TestPictures } from '@oriel/testing/scripted-server';
import { SessionBench } from './testing-session.ts';

let bench: SessionBench;
beforeEach(() => {
  bench = new SessionBench();
});
afterEach(() => bench.dispose());

const pictures = new TestPictures();

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

  it.each([454, 500])('%i to TEARDOWN counts as done (Hikvision DS-2CD2032; device 17)', async (status) => {
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
