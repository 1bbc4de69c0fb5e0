import { RedisMediaBus } from '@oriel/media-bus';
import type { FrameHeader } from '@oriel/stream-protocol';
import { waitFor } from '@oriel/testing';
import { cameraConfig } from '../../test/camera-config.ts';
import { FULL, JpegSource, jpegOf } from '../../test/jpeg-source.ts';
import {
  type Client,
  newCameraId,
  type RunningGateway,
  runGateway,
  TestControl,
  testRedis,
} from '../../test/running-gateway.ts';

const ANY_AGE = { maxLatencyMs: 60_000 };

describe('delivery over Socket.IO', () => {
  const brisk = newCameraId();
  const control = new TestControl();
  let cameraId: string;
  let bus: RedisMediaBus;
  let gateway: RunningGateway;
  let source: JpegSource;

  beforeEach(async () => {
    cameraId = newCameraId();
    bus = new RedisMediaBus({ redis: testRedis() });
    gateway = await runGateway([cameraConfig(cameraId, ANY_AGE), cameraConfig(brisk)]);
    source = new JpegSource(bus, cameraId);
  });

  afterAll(() => control.close());

  afterEach(async () => {
    await gateway.close();
    await bus.close();
  });

  it('shows a watched camera, each frame with its header', async () => {
    const client = await gateway.connect();
    const viewer = new TestViewer(client);
    const reply = await client.emitWithAck('watch', { camera: cameraId });
    expect(reply).toEqual({ ok: true, camera: cameraId, rendition: 'w0-q85-f30' });
    await waitFor(async () => (await control.demandBoard.wanted()).has(cameraId));
    expect((await control.demandBoard.wanted()).get(cameraId)).toEqual([FULL]);

    const arrivalTimeUs = Date.now() * 1_000;
    await source.publish({ arrivalTimeUs, captureTimeUs: 1_700_000_000_123_456, sequence: 7 });
    await viewer.sees(7);
    expect(viewer.headers[0]).toEqual({
      camera: cameraId,
      epoch: 1,
      sequence: 7,
      width: 1280,
      height: 720,
      receivedAtMs: arrivalTimeUs / 1_000,
      capturedAtMs: 1_700_000_000_123,
      sentAtMs: expect.any(Number),
      skipped: 0,
      rendition: 'w0-q85-f30',
    });
    expect(new Uint8Array(viewer.lastData)).toEqual(jpegOf(1_000));
  });

  it.each([
    { name: 'polling only', options: { transports: ['polling'] } },
    { name: 'polling, then WebSocket', options: { transports: ['polling', 'websocket'] } },
  ])('delivers to a client of the transport $name', async ({ options }) => {
    const viewer = await TestViewer.watching(gateway, cameraId, options);
    for (let i = 0; i < 30; i++) await viewer.sees(await source.publish({ data: jpegOf(20_000) }));
    expect(viewer.headers.map(({ skipped }) => skipped)).toEqual(Array(30).fill(0));
    expect(new Uint8Array(viewer.lastData)).toEqual(jpegOf(20_000));
  });

  it.each([
    { name: 'past its encoder while it keeps its acknowledgements where this version does', isMoved: false },
    { name: 'by itself once it keeps them elsewhere', isMoved: true },
  ])('has Socket.IO send frames $name', async ({ isMoved }) => {
    const viewer = await TestViewer.watching(gateway, cameraId);
    const socket = gateway.serverSocket(viewer.client);
    let encoded = 0;
    socket.conn.on('packetCreate', ({ options }) => {
      if (options !== undefined && 'wsPreEncodedFrame' in options) encoded++;
    });
    if (isMoved) {
      const acks = new Map();
      Object.assign(socket, {
        acks: {
          get: (id: number) => acks.get(id),
          set: (id: number, acknowledge: unknown) => acks.set(id, acknowledge),
          delete: (id: number) => acks.delete(id),
        },
      });
    }
    for (let i = 0; i < 5; i++) await viewer.sees(await source.publish());
    expect(encoded).toBe(isMoved ? 0 : 5);
    expect(viewer.headers.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4]);
  });

  it('sends a viewer that stops acknowledging two frames, then the newest one with the number missed', async () => {
    const fast = await TestViewer.watching(gateway, cameraId);
    const slow = await TestViewer.watching(gateway, cameraId);
    await source.publish();
    await Promise.all([fast.sees(0), slow.sees(0)]);
    await waitFor(() => slow.acknowledged === 1);

    slow.holdsBack = true;
    for (let i = 1; i <= 40; i++) await fast.sees(await source.publish());
    expect(fast.headers.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 41 }, (_, i) => i));
    expect(fast.headers.every(({ skipped }) => skipped === 0)).toBe(true);
    expect(slow.headers.map(({ sequence }) => sequence)).toEqual([0, 1, 2]);

    slow.letGo();
    await slow.sees(40);
    expect(slow.headers.at(-1)).toMatchObject({ sequence: 40, skipped: 37 });
    await slow.sees(await source.publish());
    expect(slow.headers.at(-1)).toMatchObject({ sequence: 41, skipped: 0 });
  });

  it.each([
    { name: 'acknowledges', acknowledges: true },
    { name: 'never acknowledges', acknowledges: false },
  ])('holds at most one frame for a viewer that stops reading and $name', async ({ acknowledges }) => {
    const fast = await TestViewer.watching(gateway, cameraId);
    const slow = await TestViewer.watching(gateway, cameraId);
    slow.isSilent = !acknowledges;
    const data = jpegOf(500_000);
    await source.publish({ data });
    await Promise.all([fast.sees(0), slow.sees(0)]);

    slow.pause();
    let mostBufferedBytes = 0;
    for (let i = 1; i <= 60; i++) {
      await fast.sees(await source.publish({ data }));
      mostBufferedBytes = Math.max(mostBufferedBytes, gateway.bufferedBytes(slow.client));
    }
    expect(mostBufferedBytes).toBeLessThan(501_000);
    expect(fast.headers).toHaveLength(61);

    slow.resume();
    await slow.sees(60);
    const { headers } = slow;
    expect(headers.length).toBeLessThanOrEqual(4);
    expect(headers.length + headers.reduce((sum, { skipped }) => sum + skipped, 0)).toBe(61);
  });

  it('goes on for a viewer that never acknowledges', async () => {
    const viewer = await TestViewer.watching(gateway, cameraId);
    viewer.isSilent = true;
    for (let i = 0; i < 20; i++) await viewer.sees(await source.publish());
    expect(viewer.headers.every(({ skipped }) => skipped === 0)).toBe(true);
  });

  it('gives the second viewer the picture the first one has', async () => {
    const first = await TestViewer.watching(gateway, cameraId);
    await first.sees(await source.publish());
    const second = await TestViewer.watching(gateway, cameraId);
    await second.sees(0);
    expect(gateway.fanout.wants()).toHaveLength(1);
  });

  it('sends nothing that is older than the limit', async () => {
    const viewer = await TestViewer.watching(gateway, brisk);
    const briskSource = new JpegSource(bus, brisk);
    await briskSource.publish({ arrivalTimeUs: (Date.now() - 60_000) * 1_000 });
    const refusedLate = /frames_refused_total\{reason="late".*\} 1\n/;
    await waitFor(async () => refusedLate.test(await (await gateway.get('/metrics')).text()));
    await viewer.sees(await briskSource.publish());
    expect(viewer.headers.map(({ sequence }) => sequence)).toEqual([1]);
  });

  it('shows the old rendition until the new one has its first frame', async () => {
    const viewer = await TestViewer.watching(gateway, cameraId);
    const small = new JpegSource(bus, cameraId, { ...FULL, width: 640 });
    await viewer.sees(await source.publish());
    const reply = await viewer.client.emitWithAck('watch', { camera: cameraId, maxWidth: 700 });
    expect(reply).toMatchObject({ rendition: 'w640-q85-f30' });
    const arrivalTimeUs = Date.now() * 1_000;
    await viewer.sees(await source.publish({ arrivalTimeUs }));
    expect(viewer.headers.at(-1)).toMatchObject({ sequence: 1, rendition: 'w0-q85-f30' });

    await small.publish({ sequence: 1, arrivalTimeUs });
    await waitFor(() => gateway.fanout.wants().length === 1);
    await viewer.sees(await small.publish({ sequence: 2 }));
    expect(viewer.headers.map(({ sequence, rendition }) => [sequence, rendition])).toEqual([
      [0, 'w0-q85-f30'],
      [1, 'w0-q85-f30'],
      [2, 'w640-q85-f30'],
    ]);
  });

  it('says at watch, and on every change, how a watched camera is', async () => {
    await control.runIngest('ingest-1');
    const client = await gateway.connect();
    const events: string[] = [];
    client.on('camera', ({ camera, state, reason }) => events.push(`${camera === cameraId} ${state} ${reason ?? ''}`));
    await client.emitWithAck('watch', { camera: cameraId });
    await waitFor(() => events.length === 1);
    const status = { cameraId, reconnects: 0, lostPackets: 0, sinceMs: 1, instanceId: 'ingest-1', epoch: 1 };
    await control.statusBoard.publish({ ...status, state: 'live' });
    await waitFor(() => events.length === 2);
    await control.statusBoard.publish({ ...status, state: 'stalled', reason: 'No picture.' });
    await waitFor(() => events.length === 3);
    await client.emitWithAck('unwatch', { camera: cameraId });
    await control.statusBoard.publish({ ...status, state: 'live' });
    await waitFor(async () => (await (await gateway.get(`/api/cameras/${cameraId}`)).text()).includes('"live"'));
    expect(events).toEqual([
      'true connecting No ingest service has taken this camera yet.',
      'true live ',
      'true stalled No picture.',
    ]);
  });

  it('serves viewers of two gateways from one Redis', async () => {
    const other = await runGateway([cameraConfig(cameraId, ANY_AGE)]);
    try {
      const viewers = [await TestViewer.watching(gateway, cameraId), await TestViewer.watching(other, cameraId)];
      for (let i = 0; i < 10; i++) {
        const sequence = await source.publish();
        await Promise.all(viewers.map((viewer) => viewer.sees(sequence)));
      }
      await viewers[0]?.client.emitWithAck('unwatch', { camera: cameraId });
      await waitFor(() => gateway.fanout.wants().length === 0);
      await viewers[1]?.sees(await source.publish());
      expect((await control.demandBoard.wanted()).get(cameraId)).toEqual([FULL]);
    } finally {
      await other.close();
    }
    expect((await control.demandBoard.wanted()).get(cameraId)).toBeUndefined();
  });

  it('frees everything when viewers leave', async () => {
    const viewers = await Promise.all([1, 2, 3].map(() => TestViewer.watching(gateway, cameraId)));
    const sequence = await source.publish();
    await Promise.all(viewers.map((viewer) => viewer.sees(sequence)));
    await viewers[0]?.client.emitWithAck('unwatch', { camera: cameraId });
    expect(gateway.fanout.wants()).toHaveLength(1);
    viewers[1]?.client.disconnect();
    viewers[2]?.client.io.engine.close();
    await waitFor(() => gateway.fanout.wants().length === 0 && gateway.viewers.count('socket') === 1);
    await waitFor(async () => !(await control.demandBoard.wanted()).has(cameraId));
    viewers[0]?.client.disconnect();
    await waitFor(async () => /viewers\{kind="socket".*\} 0\n/.test(await (await gateway.get('/metrics')).text()));
  });
});

class TestViewer {
  readonly headers: FrameHeader[] = [];
  lastData: Uint8Array = new Uint8Array();
  acknowledged = 0;
  /** Keeps its acknowledgements for {@link letGo}. */
  holdsBack = false;
  /** Never acknowledges. */
  isSilent = false;
  readonly #heldBack: (() => void)[] = [];

  constructor(readonly client: Client) {
    client.on('frame', (header, data, shown) => {
      this.headers.push(header);
      this.lastData = data;
      if (this.holdsBack) this.#heldBack.push(shown);
      else if (!this.isSilent) {
        shown();
        this.acknowledged++;
      }
    });
  }

  static async watching(
    gateway: RunningGateway,
    camera: string,
    options?: Parameters<RunningGateway['connect']>[0],
  ): Promise<TestViewer> {
    const viewer = new TestViewer(await gateway.connect(options));
    await viewer.client.emitWithAck('watch', { camera });
    return viewer;
  }

  async sees(sequence: number): Promise<void> {
    await waitFor(() => this.headers.some((header) => header.sequence === sequence), {
      what: `frame ${sequence}`,
      intervalMs: 1,
    });
  }

  letGo(): void {
    this.holdsBack = false;
    for (const shown of this.#heldBack.splice(0)) shown();
  }

  /** Stops reading, so that both kernels' socket buffers fill. */
  pause(): void {
    this.#line.pause();
  }

  resume(): void {
    this.#line.resume();
  }

  get #line(): { pause(): void; resume(): void } {
    return (this.client.io.engine.transport as unknown as { ws: { pause(): void; resume(): void } }).ws;
  }
}
