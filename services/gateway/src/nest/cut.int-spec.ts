/** Cuts viewers off, over every protocol. */
import type { IncomingMessage } from 'node:http';
import { RedisMediaBus } from '@oriel/media-bus';
import type { EndedEvent } from '@oriel/stream-protocol';
import { waitFor } from '@oriel/testing';
import { cameraConfig } from '../../test/camera-config.ts';
import { JpegSource } from '../../test/jpeg-source.ts';
import { type Client, newCameraId, type RunningGateway, runGateway, testRedis } from '../../test/running-gateway.ts';

const ANY_AGE = { maxLatencyMs: 60_000 };
const REASON = { code: 'unknown-camera', message: 'It is not yours any more.' } as const;

describe('cutting viewers', () => {
  let cameraId: string;
  let otherId: string;
  let bus: RedisMediaBus;
  let gateway: RunningGateway;
  let source: JpegSource;
  let others: JpegSource;

  beforeEach(async () => {
    cameraId = newCameraId();
    otherId = newCameraId();
    bus = new RedisMediaBus({ redis: testRedis() });
    gateway = await runGateway([cameraConfig(cameraId, ANY_AGE), cameraConfig(otherId, ANY_AGE)], {
      authenticator: { authenticate: async (request) => ({ name: nameOf(request), maySee: () => true }) },
    });
    source = new JpegSource(bus, cameraId);
    others = new JpegSource(bus, otherId);
  });
  afterEach(async () => {
    await gateway.close();
    await bus.close();
  });

  it("ends one principal's watches and MJPEG responses at once, and leaves the others alone", async () => {
    const [anna, ben] = await Promise.all([Watcher.open(gateway, 'anna'), Watcher.open(gateway, 'ben')]);
    await Promise.all([anna.watch(cameraId), anna.watch(otherId), ben.watch(cameraId)]);
    const [annasStream, bensStream] = await Promise.all([mjpeg('anna'), mjpeg('ben')]);
    await publishUntilAllHave(anna, ben);
    expect(gateway.viewers.watches.map(({ kind, principal, cameraId }) => [kind, principal.name, cameraId])).toEqual(
      expect.arrayContaining([
        ['socket', 'anna', cameraId],
        ['socket', 'anna', otherId],
        ['socket', 'ben', cameraId],
        ['mjpeg', 'anna', cameraId],
        ['mjpeg', 'ben', cameraId],
      ]),
    );

    const isAnna = ({ principal }: { principal: { name: string } }) => principal.name === 'anna';
    expect(gateway.viewers.cut(isAnna, REASON)).toBe(3);
    expect(await annasStream.end).toBe('whole');
    await waitFor(() => anna.ended.length === 2);
    expect(anna.ended).toEqual([cameraId, otherId].map((camera) => ({ camera, error: REASON })));
    const annasFrames = anna.frames.length;

    const before = { frames: ben.frames.length, bytes: bensStream.bytes };
    await source.publish();
    await others.publish();
    await waitFor(() => ben.frames.length > before.frames && bensStream.bytes > before.bytes);
    expect(anna.frames).toHaveLength(annasFrames);
    expect(anna.client.connected).toBe(true);
    expect(ben.ended).toEqual([]);
    expect(gateway.viewers.watches.map(({ principal }) => principal.name)).toEqual(['ben', 'ben']);
    expect(gateway.fanout.wants().map(({ cameraId }) => cameraId)).toEqual([cameraId]);

    await anna.watch(otherId);
    const sequence = await others.publish();
    await waitFor(() => anna.frames.includes(`${otherId} ${sequence}`));
  });

  it('ends the viewers of a camera that is removed, and of no other', async () => {
    const anna = await Watcher.open(gateway, 'anna');
    await Promise.all([anna.watch(cameraId), anna.watch(otherId)]);
    const stream = await mjpeg('anna');
    gateway.cameras.replace([cameraConfig(otherId, ANY_AGE)]);
    expect(await stream.end).toBe('whole');
    await waitFor(() => anna.ended.length === 1);
    expect(anna.ended).toEqual([
      { camera: cameraId, error: { code: 'unknown-camera', message: `There is no camera "${cameraId}".` } },
    ]);
    expect(anna.lists).toBe(1);
    expect(gateway.fanout.wants().map(({ cameraId }) => cameraId)).toEqual([otherId]);
  });

  it('cuts off an MJPEG client that does not read', async () => {
    const stream = await mjpeg('anna', { reads: false });
    const stuck = () => gateway.viewers.watches.length === 1;
    for (let i = 0; i < 60; i++) await source.publish({ data: new Uint8Array(500_000) });
    expect(stuck()).toBe(true);
    gateway.viewers.cut(() => true, REASON);
    await waitFor(() => gateway.viewers.count('mjpeg') === 0);
    stream.cancel();
  });

  async function publishUntilAllHave(...watchers: Watcher[]): Promise<void> {
    const sequence = await source.publish();
    await waitFor(() => watchers.every(({ frames }) => frames.includes(`${cameraId} ${sequence}`)));
  }

  async function mjpeg(name: string, { reads = true } = {}) {
    const abort = new AbortController();
    const response = await fetch(`${gateway.url}/api/cameras/${cameraId}/stream.mjpeg`, {
      headers: { 'x-test-name': name },
      signal: abort.signal,
    });
    const read = async (): Promise<'whole' | 'torn'> => {
      try {
        for await (const chunk of response.body ?? []) stream.bytes += (chunk as Uint8Array).length;
        return 'whole';
      } catch {
        // The test's gateway closes while the response is being read.
        return 'torn';
      }
    };
    const stream = { bytes: 0, end: undefined as ReturnType<typeof read> | undefined, cancel: () => abort.abort() };
    if (reads) stream.end = read();
    return stream;
  }
});

function nameOf({ headers }: IncomingMessage): string {
  return String(headers['x-test-name']);
}

class Watcher {
  readonly frames: string[] = [];
  readonly ended: EndedEvent[] = [];
  /** Number of `cameras` events received. */
  lists = 0;

  constructor(readonly client: Client) {
    client.on('frame', ({ camera, sequence }, _, shown) => {
      this.frames.push(`${camera} ${sequence}`);
      shown();
    });
    client.on('ended', (event) => this.ended.push(event));
    client.on('cameras', () => this.lists++);
  }

  static async open(gateway: RunningGateway, name: string): Promise<Watcher> {
    return new Watcher(await gateway.connect({ extraHeaders: { 'x-test-name': name } }));
  }

  async watch(camera: string): Promise<void> {
    expect(await this.client.emitWithAck('watch', { camera })).toMatchObject({ ok: true });
  }
}
