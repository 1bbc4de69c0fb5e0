import { randomUUID } from 'node:crypto';
import { isCluster, openRedis, type RedisClient } from '@oriel/redis-connection';
import { RedisCluster, waitFor } from '@oriel/testing';
import { accessUnit, jpeg, spell } from '../test/access-units.ts';
import type { AccessUnit } from './media-bus.ts';
import type { MediaBusError } from './media-bus-error.ts';
import { RedisMediaBus } from './redis-media-bus.ts';

const OPTIONS = {
  connectionName: 'test',
  withoutConnection: 'wait',
  maxRetryDelayMs: 50,
  silenceMs: 5_000,
} as const;
const rendition = { width: 640, quality: 75, framerate: 15 };
const roomy = { bufferSizeBytes: 1_000_000 };

let cluster: RedisCluster;

describe.each([
  {
    name: 'a single server',
    start: async () => undefined,
    stop: async () => undefined,
    address: () => `redis://127.0.0.1:${process.env['REDIS_PORT']}`,
  },
  {
    name: 'a Redis Cluster',
    start: async () => {
      cluster = await RedisCluster.start({ password: 'p@ss' });
    },
    stop: () => cluster.stop(),
    address: () => cluster.url,
  },
])('the media bus on $name', ({ start, stop, address }) => {
  let bus: RedisMediaBus;
  let redis: RedisClient;
  let cameraId: string;
  let errors: MediaBusError[];

  beforeAll(start);
  afterAll(stop);

  beforeEach(() => {
    errors = [];
    cameraId = `cam-${randomUUID()}`;
    bus = new RedisMediaBus({ redis: address(), onError: (error) => errors.push(error) });
    redis = openRedis(address(), OPTIONS);
  });

  afterEach(async () => {
    await bus.close();
    redis.disconnect();
    expect(errors).toEqual([]);
  });

  describe('access units', () => {
    it('joins at the latest keyframe and goes on', async () => {
      const publisher = bus.accessUnitPublisher(cameraId, roomy);
      await publishAll(publisher, ['K1.0', 'p1.1', 'K1.2', 'p1.3']);
      const got = collect((add) => bus.subscribeAccessUnits(cameraId, { from: 'keyframe' }, add));
      await got.until('K1.2 p1.3');
      await publishAll(publisher, ['p1.4']);
      await got.until('K1.2 p1.3 p1.4');
    });

    it('delivers what was published, field by field', async () => {
      const published = { ...accessUnit('K1.0'), captureTimeUs: 5, lostPacketsBefore: 2, width: 1920, height: 1080 };
      const received: AccessUnit[] = [];
      await bus.accessUnitPublisher(cameraId, roomy).publish(published);
      bus.subscribeAccessUnits(cameraId, { from: 'keyframe' }, (batch) => received.push(...batch));
      await waitFor(() => received.length === 1);
      expect({ ...received[0], data: new Uint8Array(received[0]?.data ?? []) }).toEqual(published);
    });

    it('starts a live subscription with what comes next', async () => {
      const publisher = bus.accessUnitPublisher(cameraId, roomy);
      await publishAll(publisher, ['K1.0', 'p1.1']);
      const got = collect((add) => bus.subscribeAccessUnits(cameraId, { from: 'live' }, add));
      for (let sequence = 2; got.text() === ''; sequence++) await publishAll(publisher, [`p1.${sequence}`]);
      expect(got.text()).toMatch(/^p1\.\d+( p1\.\d+)*$/);
    });

    it('waits for the first keyframe of a camera that has none yet', async () => {
      const got = collect((add) => bus.subscribeAccessUnits(cameraId, { from: 'keyframe' }, add));
      await publishAll(bus.accessUnitPublisher(cameraId, roomy), ['p1.0', 'K1.1', 'p1.2']);
      await got.until('K1.1 p1.2');
    });

    it('serves two subscribers of one camera, the second from the keyframe on', async () => {
      const publisher = bus.accessUnitPublisher(cameraId, roomy);
      await publishAll(publisher, ['K1.0', 'p1.1']);
      const first = collect((add) => bus.subscribeAccessUnits(cameraId, { from: 'keyframe' }, add));
      await first.until('K1.0 p1.1');
      const second = collect((add) => bus.subscribeAccessUnits(cameraId, { from: 'keyframe' }, add));
      await second.until('K1.0 p1.1');
      await publishAll(publisher, ['p1.2']);
      await Promise.all([first.until('K1.0 p1.1 p1.2'), second.until('K1.0 p1.1 p1.2')]);
    });

    it('interrupts a blocked read for a new subscription', async () => {
      await publishAll(bus.accessUnitPublisher(cameraId, roomy), ['K1.0']);
      await bus.publishJpeg(cameraId, rendition, jpeg(1, 0));
      await collect((add) => bus.subscribeAccessUnits(cameraId, { from: 'keyframe' }, add)).until('K1.0');
      const before = await unblockCalls(redis);
      const received: number[] = [];
      const startedMs = performance.now();
      bus.subscribeJpegs(cameraId, rendition, ({ sequence }) => received.push(sequence));
      await waitFor(() => received.length === 1, { intervalMs: 1 });
      console.info(
        `first entry of a subscription made during a blocked read: ${(performance.now() - startedMs).toFixed(1)} ms`,
      );
      expect(await unblockCalls(redis)).toBeGreaterThan(before);
    });

    it('delivers nothing after close', async () => {
      const publisher = bus.accessUnitPublisher(cameraId, roomy);
      await publishAll(publisher, ['K1.0']);
      const received: string[] = [];
      const subscription = bus.subscribeAccessUnits(cameraId, { from: 'keyframe' }, (batch) => {
        received.push(...batch.map(spell));
        subscription.close();
      });
      await waitFor(() => received.length === 1);
      const witness = collect((add) => bus.subscribeAccessUnits(cameraId, { from: 'live' }, add));
      for (let sequence = 1; witness.text() === ''; sequence++) await publishAll(publisher, [`p1.${sequence}`]);
      expect(received).toEqual(['K1.0']);
    });

    it('jumps to the newest keyframe when entries were trimmed beneath the reader', async () => {
      const publisher = bus.accessUnitPublisher(cameraId, { bufferSizeBytes: 3000 });
      await publishAll(publisher, ['K1.0']);
      const received: string[] = [];
      bus.subscribeAccessUnits(cameraId, { from: 'keyframe' }, (batch) => {
        received.push(...batch.map(spell));
        if (received.length > 1) return;
        // Sent at once, and far more than the stream keeps: the reader's next read finds only the tail.
        const words = Array.from({ length: 600 }, (_, index) => `${(index + 1) % 10 === 0 ? 'K' : 'p'}1.${index + 1}`);
        void publishAll(publisher, words);
      });
      await waitFor(() => received.at(-1)?.endsWith('1.600') === true);
      const jump = received.findIndex((word) => word.startsWith('!'));
      expect(received.slice(0, jump)).toEqual(['K1.0', ...sequences(1, jump - 1)].slice(0, jump));
      expect(received[jump]).toMatch(/^!K1\.\d+0$/);
    });
  });

  describe('retention', () => {
    it('keeps the latest GOP and the tail of the one before, within the buffer', async () => {
      const publisher = bus.accessUnitPublisher(cameraId, { bufferSizeBytes: 2300 });
      const words = ['K1.0', ...sequences(1, 8), 'K1.9', 'p1.10'];
      await publishAll(publisher, words);
      expect(await heldIds()).toEqual(['1-3', '1-4', '1-5', '1-6', '1-7', '1-8', '1-9', '1-10', '1-11']);
      expect(await redis.get(`v1:{${cameraId}}:au:key`)).toBe('1-10');
      expect(publisher.retention).toMatchObject({ accessUnits: 9, holdsWholeGop: true });
    });

    it('bounds a GOP that is larger than the buffer, and lets nobody join in its middle', async () => {
      const publisher = bus.accessUnitPublisher(cameraId, { bufferSizeBytes: 2000 });
      await publishAll(publisher, ['K1.0', ...sequences(1, 20)]);
      expect(publisher.retention.holdsWholeGop).toBe(false);
      expect((await heldIds()).length).toBe(publisher.retention.accessUnits);
      expect(await redis.get(`v1:{${cameraId}}:au:key`)).toBeNull();
      const got = collect((add) => bus.subscribeAccessUnits(cameraId, { from: 'keyframe' }, add));
      await publishAll(publisher, ['p1.21', 'K1.22', 'p1.23']);
      await got.until('K1.22 p1.23');
    });

    it('goes away some minutes after the last access unit', async () => {
      await publishAll(bus.accessUnitPublisher(cameraId, roomy), ['K1.0', 'p1.1']);
      for (const key of [`v1:{${cameraId}}:au`, `v1:{${cameraId}}:au:key`]) {
        const lifetimeMs = await redis.pttl(key);
        expect(lifetimeMs).toBeGreaterThan(60_000);
        expect(lifetimeMs).toBeLessThanOrEqual(300_000);
      }
    });

    it('refuses what no camera sends', async () => {
      const publisher = bus.accessUnitPublisher(cameraId, roomy);
      const huge = { ...accessUnit('K1.0'), data: new Uint8Array(16 * 1024 * 1024 + 1) };
      await expect(publisher.publish(huge)).rejects.toMatchObject({ code: 'too-large' });
    });

    it('counts what Redis has not answered yet', async () => {
      const publisher = bus.accessUnitPublisher(cameraId, roomy);
      const sent = publisher.publish(accessUnit('K1.0'));
      expect(publisher.backlogBytes).toBe(151);
      await sent;
      expect(publisher.backlogBytes).toBe(0);
    });

    const heldIds = async () => (await redis.xrange(`v1:{${cameraId}}:au`, '-', '+')).map(([id]) => id);
  });

  describe('epochs', () => {
    it('keeps a publisher of a lower epoch out, for good', async () => {
      const old = bus.accessUnitPublisher(cameraId, roomy);
      await publishAll(old, ['K1.0', 'p1.1']);
      await publishAll(bus.accessUnitPublisher(cameraId, roomy), ['K2.0']);
      await expect(old.publish(accessUnit('K1.2'))).rejects.toMatchObject({ code: 'fenced' });
      await expect(old.publish(accessUnit('p1.3'))).rejects.toMatchObject({ code: 'fenced' });
      expect(await redis.get(`v1:{${cameraId}}:au:key`)).toBe('2-1');
    });

    it('can change under one publisher', async () => {
      const publisher = bus.accessUnitPublisher(cameraId, roomy);
      await publishAll(publisher, ['K1.0', 'p1.1', 'p2.0']);
      expect(publisher.retention.accessUnits).toBe(1);
      expect(await redis.get(`v1:{${cameraId}}:au:key`)).toBeNull();
    });

    it('tells a repeated sequence from a lost lease', async () => {
      const publisher = bus.accessUnitPublisher(cameraId, roomy);
      await publishAll(publisher, ['K1.0', 'p1.1']);
      await expect(publisher.publish(accessUnit('p1.1'))).rejects.toMatchObject({
        code: 'out-of-order',
      });
    });

    it('leaves no pointer to the epoch before', async () => {
      await publishAll(bus.accessUnitPublisher(cameraId, roomy), ['K1.0', 'p1.1']);
      await publishAll(bus.accessUnitPublisher(cameraId, roomy), ['p2.0']);
      expect(await redis.get(`v1:{${cameraId}}:au:key`)).toBeNull();
    });

    it('carries a reader over to the next epoch', async () => {
      await publishAll(bus.accessUnitPublisher(cameraId, roomy), ['K1.0', 'p1.1']);
      const got = collect((add) => bus.subscribeAccessUnits(cameraId, { from: 'keyframe' }, add));
      await got.until('K1.0 p1.1');
      await publishAll(bus.accessUnitPublisher(cameraId, roomy), ['K2.0', 'p2.1']);
      await got.until('K1.0 p1.1 !K2.0 p2.1');
    });
  });

  describe('JPEGs', () => {
    it('delivers the newest held, then each next', async () => {
      for (const sequence of [0, 1, 2]) await bus.publishJpeg(cameraId, rendition, jpeg(1, sequence));
      const received: number[] = [];
      bus.subscribeJpegs(cameraId, rendition, ({ sequence }) => received.push(sequence));
      await waitFor(() => received.length === 1);
      await bus.publishJpeg(cameraId, rendition, jpeg(1, 3));
      await waitFor(() => received.length === 2);
      expect(received).toEqual([2, 3]);
    });

    it('keeps two, and those for ten seconds', async () => {
      for (const sequence of [0, 1, 2]) await bus.publishJpeg(cameraId, rendition, jpeg(1, sequence));
      const key = `v1:{${cameraId}}:jpeg:w640-q75-f15`;
      expect(await redis.xlen(key)).toBe(2);
      expect(await redis.pttl(key)).toBeGreaterThan(8_000);
      expect(await redis.pttl(key)).toBeLessThanOrEqual(10_000);
    });

    it('passes over what piled up', async () => {
      const received: number[] = [];
      bus.subscribeJpegs(cameraId, rendition, ({ sequence }) => received.push(sequence));
      await bus.publishJpeg(cameraId, rendition, jpeg(1, 0));
      await waitFor(() => received.length === 1);
      await Promise.all([1, 2, 3, 4].map((sequence) => bus.publishJpeg(cameraId, rendition, jpeg(1, sequence))));
      await waitFor(() => received.at(-1) === 4);
      expect(received.length).toBeLessThanOrEqual(5);
    });

    it('keeps a transcoder of a lower epoch out', async () => {
      await bus.publishJpeg(cameraId, rendition, jpeg(2, 0));
      await expect(bus.publishJpeg(cameraId, rendition, jpeg(1, 1))).rejects.toMatchObject({ code: 'fenced' });
    });

    it('goes on for a subscriber after the rendition was dropped', async () => {
      const received: number[] = [];
      await bus.publishJpeg(cameraId, rendition, jpeg(1, 0));
      bus.subscribeJpegs(cameraId, rendition, ({ sequence }) => received.push(sequence));
      await waitFor(() => received.length === 1);
      await bus.dropJpegs(cameraId, rendition);
      expect(await redis.exists(`v1:{${cameraId}}:jpeg:w640-q75-f15`)).toBe(0);
      await bus.publishJpeg(cameraId, rendition, jpeg(1, 1));
      await waitFor(() => received.length === 2);
    });
  });

  describe('foreign entries', () => {
    it('counts and passes over what it cannot read', async () => {
      const faults: string[] = [];
      const careful = new RedisMediaBus({ redis: address(), onFault: ({ reason }) => faults.push(reason) });
      await redis.xadd(`v1:{${cameraId}}:jpeg:w640-q75-f15`, '1-1', 'd', 'x');
      const received: number[] = [];
      careful.subscribeJpegs(cameraId, rendition, ({ sequence }) => received.push(sequence));
      await waitFor(() => faults.length === 1);
      await bus.publishJpeg(cameraId, rendition, jpeg(1, 5));
      await waitFor(() => received.length === 1);
      expect(faults).toEqual(['entry-too-short']);
      await careful.close();
    });
  });
});

const sequences = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => `p1.${first + index}`);

async function unblockCalls(redis: RedisClient): Promise<number> {
  const nodes = isCluster(redis) ? redis.nodes('master') : [redis];
  const texts = await Promise.all(nodes.map((node) => node.info('commandstats')));
  const calls = texts.map((text) => Number(/cmdstat_client\|unblock:calls=(\d+)/.exec(text)?.[1] ?? 0));
  return calls.reduce((sum, count) => sum + count, 0);
}

async function publishAll(publisher: { publish(accessUnit: AccessUnit): Promise<void> }, words: readonly string[]) {
  await Promise.all(words.map((word) => publisher.publish(accessUnit(word))));
}

function collect(subscribe: (add: (batch: readonly AccessUnit[]) => void) => void) {
  const words: string[] = [];
  subscribe((batch) => words.push(...batch.map(spell)));
  const text = () => words.join(' ');
  /** Fails with the reply there was instead. */
  const until = async (expected: string) => {
    await waitFor(() => text() === expected, { intervalMs: 1, deadlineMs: 4_000 }).catch(() => undefined);
    expect(text()).toBe(expected);
  };
  return { text, until };
}
