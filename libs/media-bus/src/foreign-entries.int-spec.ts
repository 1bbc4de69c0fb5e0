import { randomUUID } from 'node:crypto';
import { openRedis, type RedisClient } from '@oriel/redis-connection';
import { RedisCluster, waitFor } from '@oriel/testing';
import { accessUnit, jpeg, spell } from '../test/access-units.ts';
import { encodeAccessUnitEntry } from './access-unit-entry.ts';
import type { AccessUnitPublisher, ForeignEntry } from './media-bus.ts';
import { RedisMediaBus } from './redis-media-bus.ts';

const OPTIONS = { connectionName: 'test', withoutConnection: 'wait', maxRetryDelayMs: 50, silenceMs: 5_000 } as const;
const rendition = { width: 640, quality: 75, framerate: 15 };
const HEALED_WITHIN_MS = 5_000;

let cluster: RedisCluster;

describe.each([
  {
    name: 'a single server',
    start: async () => undefined,
    stop: async () => undefined,
    address: () => `redis://127.0.0.1:${process.env['REDIS_PORT']}`,
    tried: /./,
  },
  {
    name: 'a Redis Cluster',
    start: async () => {
      cluster = await RedisCluster.start({ password: 'p@ss' });
    },
    stop: () => cluster.stop(),
    address: () => cluster.url,
    // These tests take seconds each, and only the slots of the keys make a difference here.
    tried: /a far higher id|a text in place/,
  },
])('what a stranger writes into the streams of $name', ({ start, stop, address, tried }) => {
  let bus: RedisMediaBus;
  let redis: RedisClient;
  let cameraId: string;
  let faults: string[];
  let foreign: ForeignEntry[];
  let hasHighestEpoch: boolean;
  let publisher: AccessUnitPublisher;
  let streamKey: string;

  beforeAll(start);
  afterAll(stop);

  beforeEach(() => {
    faults = [];
    foreign = [];
    hasHighestEpoch = true;
    cameraId = `cam-${randomUUID()}`;
    streamKey = `v1:{${cameraId}}:au`;
    bus = new RedisMediaBus({ redis: address(), onFault: ({ reason }) => faults.push(reason) });
    redis = openRedis(address(), OPTIONS);
    publisher = publisherOf();
  });

  afterEach(async () => {
    await bus.close();
    redis.disconnect();
  });

  const publisherOf = () =>
    bus.accessUnitPublisher(cameraId, {
      bufferSizeBytes: 1_000_000,
      right: {
        lease: { hasHighestEpoch: async () => hasHighestEpoch },
        onForeign: (found) => foreign.push(found),
      },
    });
  const publish = (...words: readonly string[]) =>
    Promise.all(words.map((word) => publisher.publish(accessUnit(word))));
  const read = (from: 'keyframe' | 'live' = 'keyframe') => {
    const words: string[] = [];
    bus.subscribeAccessUnits(cameraId, { from }, (batch) => words.push(...batch.map(spell)));
    return words;
  };

  describe('of access units', () => {
    const steps: readonly { name: string; attack: () => Promise<unknown>; found: string | RegExp }[] = [
      { name: 'an id made by Redis', attack: () => redis.xadd(streamKey, '*', 'x', 'y'), found: /^17|18\d{11}-0$/ },
      {
        name: 'a far higher id',
        attack: () => redis.xadd(streamKey, '99999999999999-0', 'x', 'y'),
        found: '99999999999999-0',
      },
      {
        name: 'an id beyond what numbers hold',
        attack: () => redis.xadd(streamKey, '18446744073709551615-18446744073709551615', 'x', 'y'),
        found: '18446744073709551615-18446744073709551615',
      },
      {
        name: 'a higher id in the epoch itself',
        attack: () => redis.xadd(streamKey, '1-900', 'x', 'y'),
        found: '1-900',
      },
      {
        name: 'an entry that is gone again',
        attack: async () => redis.xdel(streamKey, (await redis.xadd(streamKey, '77-0', 'x', 'y')) as string),
        found: '77-0',
      },
      {
        name: 'a well-made access unit',
        attack: () => redis.xadd(streamKey, '88-8', 'd', encodeAccessUnitEntry(accessUnit('K88.7'))),
        found: '88-8',
      },
      {
        name: 'a text in place of the stream',
        attack: () => redis.multi().unlink(streamKey).set(streamKey, 'x').exec(),
        found: 'string',
      },
    ];

    it.each(steps.filter(({ name }) => tried.test(name)))(
      'are removed, and no picture is lost: $name',
      async ({ attack, found }) => {
        const words = read();
        await publish('K1.0', 'p1.1');
        await waitFor(() => words.length === 2);
        await attack();
        // All at once: each is refused, and sent again in order.
        await publish('p1.2', 'p1.3', 'p1.4');
        expect(foreign).toEqual([{ key: streamKey, found: expect.stringMatching(found) }]);
        await publish('p1.5');
        await waitFor(() => words.at(-1) === 'p1.5', { deadlineMs: HEALED_WITHIN_MS });
        // A reader that has not read them continues without a gap; one that has starts over at the keyframe.
        const own = words.filter((word) => !word.includes('88.')).join(' ');
        expect(own).toMatch(/^K1.0 p1.1 (!K1.0 p1.1 )?p1.2 p1.3 p1.4 p1.5$/);
      },
    );

    it('leave a new viewer its keyframe', async () => {
      await publish('K1.0', 'p1.1', 'K1.2', 'p1.3');
      await redis.xadd(streamKey, '*', 'x', 'y');
      await publish('p1.4');
      const words = read();
      await waitFor(() => words.length === 3);
      expect(words).toEqual(['K1.2', 'p1.3', 'p1.4']);
      expect(await redis.pttl(streamKey)).toBeGreaterThan(60_000);
    });

    it('strand no reader when an operator deletes the keys', async () => {
      const words = read();
      await publish('K1.0', 'p1.1');
      await redis.xadd(streamKey, '99999999999999-0', 'x', 'y');
      await waitFor(() => faults.length > 0);
      await redis.unlink(streamKey, `${streamKey}:key`);
      await publish('p1.2', 'K1.3', 'p1.4');
      await waitFor(() => words.at(-1) === 'p1.4', { deadlineMs: HEALED_WITHIN_MS });
      expect(foreign).toEqual([]);
    });

    it('strand nobody who joins while they are there', async () => {
      await publish('K1.0', 'p1.1');
      await redis.xadd(streamKey, '99999999999999-0', 'x', 'y');
      await redis.set(`${streamKey}:key`, '99999999999999-0');
      const words = read();
      await publish('K1.2', 'p1.3');
      await waitFor(() => words.at(-1) === 'p1.3', { deadlineMs: HEALED_WITHIN_MS });
    });

    it('are not read again and again', async () => {
      await publish('K1.0', 'p1.1');
      const words = read();
      await waitFor(() => words.length === 2);
      await redis.xadd(streamKey, '18446744073709551615-5', 'x', 'y');
      await waitFor(() => faults.length > 0);
      const reads = await xreadCalls();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      // A read that blocks for 2 s may end in between; a busy loop would make thousands.
      expect((await xreadCalls()) - reads).toBeLessThan(10);
      expect(faults).toEqual(['entry-too-short']);
    });

    it('stay, as does the publisher shut, where a higher epoch may have been granted', async () => {
      await publish('K1.0');
      await redis.xadd(streamKey, '2-1', 'd', encodeAccessUnitEntry(accessUnit('K2.0')));
      hasHighestEpoch = false;
      await expect(publish('p1.1')).rejects.toMatchObject({ code: 'fenced' });
      hasHighestEpoch = true;
      await expect(publish('K1.2')).rejects.toMatchObject({ code: 'fenced' });
      expect((await redis.xrange(streamKey, '-', '+')).map(([id]) => id)).toEqual(['1-1', '2-1']);
    });

    it('are only what was found: a successor that comes while the lease is asked for keeps its pictures', async () => {
      await publish('K1.0');
      await redis.xadd(streamKey, '99-0', 'x', 'y');
      let isFirst = true;
      publisher = bus.accessUnitPublisher(cameraId, {
        bufferSizeBytes: 1_000_000,
        right: {
          lease: {
            hasHighestEpoch: async () => {
              // The successor is granted its lease, clears the stream and publishes, all before the old one does.
              if (isFirst) {
                isFirst = false;
                await redis.unlink(streamKey);
                await redis.xadd(streamKey, '2-1', 'd', encodeAccessUnitEntry(accessUnit('K2.0')));
                return true;
              }
              return false;
            },
          },
          onForeign: (found) => foreign.push(found),
        },
      });
      await expect(publish('p1.1')).rejects.toMatchObject({ code: 'fenced' });
      expect((await redis.xrange(streamKey, '-', '+')).map(([id]) => id)).toEqual(['2-1']);
      expect(foreign).toEqual([]);
    });

    it('wait while nobody can say who may publish', async () => {
      await publish('K1.0');
      await redis.xadd(streamKey, '99-0', 'x', 'y');
      publisher = bus.accessUnitPublisher(cameraId, {
        bufferSizeBytes: 1_000_000,
        right: { lease: { hasHighestEpoch: () => Promise.reject(new Error('away')) }, onForeign: () => undefined },
      });
      await expect(publish('K1.1')).rejects.toMatchObject({ code: 'refused' });
    });
  });

  describe('of JPEGs', () => {
    const key = () => `v1:{${cameraId}}:jpeg:w640-q75-f15`;

    const steps = [
      { name: 'an id made by Redis', attack: () => redis.xadd(key(), '*', 'x', 'y') },
      { name: 'a far higher id', attack: () => redis.xadd(key(), '99999999999999-0', 'x', 'y') },
      { name: 'a higher id in the epoch itself', attack: () => redis.xadd(key(), '1-9999999999999999', 'x', 'y') },
      { name: 'a text in place of the stream', attack: () => redis.multi().unlink(key()).set(key(), 'x').exec() },
    ];

    it.each(steps.filter(({ name }) => tried.test(name)))(
      'go with the stream, and the reader goes on: $name',
      async ({ attack }) => {
        const sequences: number[] = [];
        bus.subscribeJpegs(cameraId, rendition, ({ sequence }) => sequences.push(sequence));
        await bus.publishJpeg(cameraId, rendition, jpeg(1, 0));
        await waitFor(() => sequences.length === 1);
        await attack();
        const refused = await bus.publishJpeg(cameraId, rendition, jpeg(1, 1)).catch((error: unknown) => error);
        if (refused !== undefined) {
          expect(refused).toMatchObject({ code: 'fenced' });
          await bus.dropJpegs(cameraId, rendition);
          await bus.publishJpeg(cameraId, rendition, jpeg(1, 1));
        }
        await waitFor(() => sequences.at(-1) === 1, { deadlineMs: HEALED_WITHIN_MS });
      },
    );

    it('stop no other stream of the reader', async () => {
      await redis.set(key(), 'x');
      const sequences: number[] = [];
      bus.subscribeJpegs(cameraId, rendition, ({ sequence }) => sequences.push(sequence));
      const words = read();
      await publish('K1.0');
      await waitFor(() => words.length === 1, { deadlineMs: HEALED_WITHIN_MS });
      // Whoever publishes there removes it, and says what was found.
      expect(await redis.type(key())).toBe('string');
      await bus.dropJpegs(cameraId, rendition);
      await bus.publishJpeg(cameraId, rendition, jpeg(1, 5));
      await waitFor(() => sequences.at(-1) === 5, { deadlineMs: HEALED_WITHIN_MS });
    });
  });

  async function xreadCalls(): Promise<number> {
    const nodes = 'nodes' in redis ? redis.nodes('master') : [redis];
    const texts = await Promise.all(nodes.map((node) => node.info('commandstats')));
    return texts.reduce((sum, text) => sum + Number(/cmdstat_xread:calls=(\d+)/.exec(text)?.[1] ?? 0), 0);
  }
});
