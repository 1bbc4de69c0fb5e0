/**
 * Limits of time and memory, and ends that nobody asked for, against a scripted server on a clock that stands still
 * (docs/rtsp-interop.md#limits-and-waits).
 */
import { waitFor } from '@oriel/testing';
import { TestPictures } from '@oriel/testing/scripted-server';
import { SessionBench } from './testing-session.ts';

let bench: SessionBench;
beforeEach(() => {
  bench = new SessionBench();
});
afterEach(() => bench.dispose());

const pictures = new TestPictures();

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
