/** Keepalives and the watch over the media, against a scripted server on a clock that stands still (docs/rtsp-interop.md#keepalive). */
import { waitFor } from '@oriel/testing';
import { type ScriptedReply, type ScriptedServer, TestPictures } from '@oriel/testing/scripted-server';
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
    await playFor(server, 3_999);
    expect(server.requests).toHaveLength(4);
    // An early one, to learn whether the camera answers while it plays; then by the timeout.
    bench.clock.advance(1);
    await waitFor(() => server.requests.length === 5);
    await playFor(server, afterMs - 1);
    expect(server.requests).toHaveLength(5);
    bench.clock.advance(1);
    await waitFor(() => server.requests.length === 6);
    for (const request of server.requests.slice(4)) {
      expect(request).toMatchObject({ method, uri: `${server.url}/` });
      expect(request.headers.get('session')).toBe('A');
    }
    bench.clock.advance(afterMs);
  });

  it.each([400, 405, 451, 501, 551])(
    'item 7, device 20: %i to a keepalive rotates the method and ends nothing',
    async (status) => {
      const server = await bench.server({ replies: { GET_PARAMETER: { status, reason: 'No' } } });
      const session = await bench.open({ url: server.url });
      await playFor(server, 5_000);
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
    for (let count = 0; count < 10; count++) await playFor(server, 500);
    await waitFor(() => server.requestsOf('GET_PARAMETER').length === 1);
    await sendPicture(server);
    await expectAlive(session);
    bench.clock.advance(3_000);
    expect(await session.ended).toMatchObject({
      code: 'session-not-found',
      retryable: true,
      context: { statusCode: 454 },
    });
  });

  it('item 7, device 20: 454 to a keepalive ends nothing while a picture comes every 5 s (thingino-firmware#490)', async () => {
    const server = await bench.server({ replies: { GET_PARAMETER: { status: 454, reason: 'Session Not Found' } } });
    const session = await bench.open({ url: server.url });
    await playFor(server, 120_000);
    expect(server.requestsOf('GET_PARAMETER').length).toBeGreaterThan(3);
    await expectAlive(session);
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

async function expectAlive(session: RtspSession): Promise<void> {
  const verdict = await Promise.race([session.ended, new Promise((resolve) => setImmediate(resolve, 'alive'))]);
  if (verdict instanceof RtspError) throw verdict;
  expect(verdict).toBe('alive');
}
