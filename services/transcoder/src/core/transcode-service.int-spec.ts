import { randomUUID } from 'node:crypto';
import { ControlConnection, RedisDemandBoard, RedisLeaseOffers, RedisLeaseWorker } from '@oriel/control';
import { type JpegFrame, RedisMediaBus } from '@oriel/media-bus';
import type { Rendition } from '@oriel/model';
import { waitFor } from '@oriel/testing';
import { RecordedEvents, silentLogger } from '../../test/recorded-events.ts';
import { makeVideo } from '../../test/test-video.ts';
import { LibavEngine } from './engine/libav/libav-engine.ts';
import { TranscodeService } from './transcode-service.ts';

const wide: Rendition = { width: 0, quality: 80, framerate: 30 };
const small: Rendition = { width: 160, quality: 60, framerate: 30 };

interface Instance {
  readonly events: RecordedEvents;
  readonly worker: RedisLeaseWorker;
  readonly service: TranscodeService;
}

describe('TranscodeService', () => {
  // A database of its own, or workers of other tests would take these cameras.
  const redis = `redis://127.0.0.1:${process.env['REDIS_PORT']}/3`;
  let closers: (() => Promise<void>)[];
  let viewer: RedisMediaBus;
  let demand: RedisDemandBoard;
  let offers: RedisLeaseOffers;
  let cameraId: string;

  beforeEach(() => {
    const control = new ControlConnection({ redis });
    viewer = new RedisMediaBus({ redis });
    demand = new RedisDemandBoard(control);
    offers = new RedisLeaseOffers(control);
    cameraId = `t-${randomUUID()}`;
    closers = [() => control.close(), () => viewer.close()];
  });
  afterEach(async () => {
    await demand.renew('gateway-1', []);
    await demand.renew('gateway-2', []);
    for (const left of await offers.offered('transcode')) await offers.withdraw('transcode', left);
    for (const close of closers.reverse()) await close();
  });

  async function startInstance(lingerMs: number): Promise<Instance> {
    const connection = new ControlConnection({ redis });
    const bus = new RedisMediaBus({ redis });
    const events = new RecordedEvents();
    const instanceOffers = new RedisLeaseOffers(connection);
    // Arrival times of test videos start at 0.
    const clocks = { nowMs: () => performance.now(), sharedNowMs: () => 0 };
    const deps = { bus, engine: new LibavEngine(), events, logger: silentLogger, ...clocks };
    const service = new TranscodeService(
      { ...deps, demand: new RedisDemandBoard(connection), offers: instanceOffers },
      { maxLatencyMs: () => 200, lingerMs },
    );
    const worker = new RedisLeaseWorker(
      { connection, onRunFailed: (_, error) => Promise.reject(error) },
      { queue: 'transcode', instanceId: randomUUID(), maxLeases: 4, run: (lease) => service.run(lease) },
    );
    await service.start();
    await worker.start();
    closers.push(async () => {
      await service.close();
      await worker.close();
      await bus.close();
      await connection.close();
    });
    return { events, worker, service };
  }

  const want = (...renditions: Rendition[]) =>
    demand.renew(
      'gateway-1',
      renditions.map((rendition) => ({ cameraId, rendition })),
    );

  async function publishGop(): Promise<void> {
    const publisher = viewer.accessUnitPublisher(cameraId, { bufferSizeBytes: 10_000_000 });
    for (const unit of await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 10 }))
      await publisher.publish(unit);
  }

  it('takes a camera when somebody watches, follows what they want, and leaves it when nobody does', async () => {
    await publishGop();
    const { worker } = await startInstance(100);
    const frames: JpegFrame[] = [];
    viewer.subscribeJpegs(cameraId, wide, (frame) => frames.push(frame));
    await want(wide);
    await waitFor(() => frames.length > 0);
    expect(frames.map((frame) => frame.sequence)).toEqual([9]);
    expect(await offers.offered('transcode')).toContain(cameraId);

    await want();
    await waitFor(() => worker.held.length === 0);
    await waitFor(async () => !(await offers.offered('transcode')).includes(cameraId));
    // A later viewer must not be shown an old picture first.
    const later: JpegFrame[] = [];
    viewer.subscribeJpegs(cameraId, wide, (frame) => later.push(frame));
    await viewer.publishJpeg(cameraId, wide, { ...(frames[0] as JpegFrame), epoch: 1_000, sequence: 77 });
    await waitFor(() => later.length > 0);
    expect(later.map((frame) => frame.sequence)).toEqual([77]);
  });

  it('keeps the camera when they come back in time', async () => {
    await publishGop();
    const { events, worker } = await startInstance(60_000);
    await want(wide);
    await waitFor(() => events.counts()['encoded'] === 1);
    await want();
    await want(small);
    const publisher = viewer.accessUnitPublisher(cameraId, { bufferSizeBytes: 10_000_000 });
    const frames: JpegFrame[] = [];
    viewer.subscribeJpegs(cameraId, small, (frame) => frames.push(frame));
    const again = await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 200 });
    await waitFor(async () => {
      const next = again.shift();
      if (next) await publisher.publish({ ...next, epoch: 2 });
      return frames.length > 0;
    });
    expect(worker.held).toEqual([cameraId]);
  });

  it('shares no camera: of two instances one decodes, and the other goes on when it closes', async () => {
    await publishGop();
    const instances = [await startInstance(60_000), await startInstance(60_000)];
    await want(wide);
    const first = await waitFor(() => instances.find(({ worker }) => worker.held.length === 1));
    const second = instances.find((instance) => instance !== first) as typeof first;
    await waitFor(() => first.events.counts()['encoded'] === 1);
    expect(second.worker.held).toEqual([]);
    await Promise.all([
      first.worker.close(),
      waitFor(async () => {
        await want(wide);
        return second.events.counts()['encoded'] === 1;
      }),
    ]);
    expect(second.worker.held).toEqual([cameraId]);
  });

  it('leaves frames out when cores are short, and says so; what it shows is of now', async () => {
    const { events, service } = await startInstance(60_000);
    service.followLoad(() => ({ load: 1, capacity: 0.0005, short: 0.6 }));
    const publisher = viewer.accessUnitPublisher(cameraId, { bufferSizeBytes: 10_000_000 });
    const frames: JpegFrame[] = [];
    viewer.subscribeJpegs(cameraId, wide, (frame) => frames.push(frame));
    await want(wide);
    const video = await makeVideo({ source: 'testsrc2=size=320x180:rate=30', frames: 400 });
    let published = 0;
    await waitFor(
      async () => {
        const next = video[published++];
        if (next !== undefined) await publisher.publish(next);
        if (published % 50 === 0) await want(wide);
        return service.shortage !== undefined && published > 150;
      },
      { intervalMs: 20 },
    );
    expect(service.shortage).toMatch(
      /^0\.6 cores short: 1 of 1 camera shown at less than the full frame rate, down to \d+ %$/,
    );
    const before = { ...events.counts() };
    await waitFor(async () => {
      const next = video[published++];
      if (next !== undefined) await publisher.publish(next);
      if (published % 50 === 0) await want(wide);
      return (events.counts()['decoded'] ?? 0) >= (before['decoded'] ?? 0) + 100;
    });
    const encoded = (events.counts()['encoded'] ?? 0) - (before['encoded'] ?? 0);
    expect(encoded).toBeGreaterThan(0);
    expect(encoded).toBeLessThan(50);
  });

  it('is not troubled by wants that are none', async () => {
    const { worker } = await startInstance(100);
    await want({ width: 0, quality: 0, framerate: 30 }, { width: 70_000, quality: 50, framerate: 30 });
    await demand.renew('gateway-2', [{ cameraId: `${cameraId}-2`, rendition: wide }]);
    await waitFor(() => worker.held.length === 1);
    expect(worker.held).toEqual([`${cameraId}-2`]);
  });
});
