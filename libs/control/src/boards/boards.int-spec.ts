import { randomUUID } from 'node:crypto';
import type { RedisClient } from '@oriel/redis-connection';
import { waitFor } from '@oriel/testing';
import { flush, openTestRedis, REDIS_PLACES } from '../../test/redis-places.ts';
import type { ControlError } from '../control-error.ts';
import { ControlConnection } from '../redis/control-connection.ts';
import type { CameraStatus } from './camera-status-board.ts';
import type { Instance } from './instance-board.ts';
import { RedisCameraStatusBoard } from './redis-camera-status-board.ts';
import { RedisDemandBoard } from './redis-demand-board.ts';
import { RedisInstanceBoard } from './redis-instance-board.ts';

const small = { width: 640, quality: 75, framerate: 15 };
const large = { width: 1920, quality: 85, framerate: 30 };

const instance: Instance = {
  id: 'i1',
  service: 'ingest',
  version: '0.1.0',
  host: 'h',
  pid: 1,
  healthUrl: 'http://h:1',
  startedAtMs: 1,
  healthy: true,
  cpuCores: 0.1,
  capacityCores: 1,
  rssBytes: 1,
  cameras: ['a'],
  viewers: 0,
};

describe.each(REDIS_PLACES)('on $name', ({ start, stop, url }) => {
  beforeAll(start);
  afterAll(stop);

  let connection: ControlConnection;
  let redis: RedisClient;
  let errors: ControlError[];

  beforeEach(async () => {
    errors = [];
    connection = new ControlConnection({ redis: url(1), onError: (error) => errors.push(error) });
    redis = openTestRedis(url(1));
    await flush(redis);
  });

  afterEach(async () => {
    await connection.close();
    redis.disconnect();
    expect(errors).toEqual([]);
  });

  describe('demand board', () => {
    it('joins what all gateways want, each rendition once', async () => {
      const board = new RedisDemandBoard(connection);
      await board.renew('g1', [
        { cameraId: 'a', rendition: small },
        { cameraId: 'a', rendition: small },
      ]);
      await board.renew('g2', [
        { cameraId: 'a', rendition: small },
        { cameraId: 'a', rendition: large },
        { cameraId: 'b', rendition: small },
      ]);
      expect(await board.wanted()).toEqual(
        new Map([
          ['a', expect.arrayContaining([small, large])],
          ['b', [small]],
        ]),
      );
      expect((await board.wanted()).get('a')).toHaveLength(2);
    });

    it('forgets a gateway that renews no more', async () => {
      const board = new RedisDemandBoard(connection);
      await board.renew('g1', [{ cameraId: 'a', rendition: small }]);
      await backdate('{oriel}:v1:demand', 'g1');
      expect(await board.wanted()).toEqual(new Map());
      expect(await redis.hlen('{oriel}:v1:demand')).toBe(0);
    });

    it('holds wants for three seconds by the clock of Redis', async () => {
      await new RedisDemandBoard(connection).renew('g1', [{ cameraId: 'a', rendition: small }]);
      const [expiryMs] = ((await redis.hget('{oriel}:v1:demand', 'g1')) ?? '').split('\n');
      const [seconds, micros] = await redis.time();
      const remainingMs = Number(expiryMs) - Number(seconds) * 1000 - Number(micros) / 1000;
      expect(remainingMs).toBeGreaterThan(1_000);
      expect(remainingMs).toBeLessThanOrEqual(3_000);
    });

    it('tells of changes only, by camera', async () => {
      const board = new RedisDemandBoard(connection);
      const told: string[] = [];
      let probes = 0;
      const unsubscribe = await board.subscribe((cameraIds) => {
        if (cameraIds.every((cameraId) => cameraId.startsWith('probe'))) probes++;
        else told.push(cameraIds.join('+'));
      });
      // On a Cluster the subscription may move to another node when the nodes have become known, and misses what is published meanwhile.
      await waitFor(async () => {
        await board.renew('g0', [{ cameraId: `probe-${randomUUID()}`, rendition: small }]);
        return probes > 0;
      });
      await board.renew('g1', [{ cameraId: 'a', rendition: small }]);
      await board.renew('g1', [{ cameraId: 'a', rendition: small }]);
      await board.renew('g1', [
        { cameraId: 'a', rendition: large },
        { cameraId: 'b', rendition: small },
      ]);
      await board.renew('g1', [{ cameraId: 'a', rendition: large }]);
      await board.renew('g1', []);
      await board.renew('g1', []);
      await waitFor(() => told.length === 4);
      expect(told).toEqual(['a', 'a+b', 'b', 'a']);
      await unsubscribe();
    });

    it('tells of a want that had expired as of a new one', async () => {
      const board = new RedisDemandBoard(connection);
      await board.renew('g1', [{ cameraId: 'a', rendition: small }]);
      await backdate('{oriel}:v1:demand', 'g1');
      const told: string[] = [];
      await board.subscribe((cameraIds) => told.push(...cameraIds));
      await board.renew('g1', [{ cameraId: 'a', rendition: small }]);
      await waitFor(() => told.length === 1);
      expect(told).toEqual(['a']);
    });

    it.each([
      { name: 'a camera id with a blank', want: { cameraId: 'a b', rendition: small } },
      { name: 'half a pixel', want: { cameraId: 'a', rendition: { ...small, width: 0.5 } } },
    ])('refuses $name', async ({ want }) => {
      await expect(new RedisDemandBoard(connection).renew('g1', [want])).rejects.toMatchObject({ code: 'invalid' });
    });
  });

  describe('camera status board', () => {
    const live: CameraStatus = {
      cameraId: 'a',
      state: 'live',
      reconnects: 0,
      lostPackets: 0,
      sinceMs: 1,
      instanceId: 'ingest-1',
      epoch: 5,
    };

    it('holds and tells the newest', async () => {
      const board = new RedisCameraStatusBoard(connection);
      const told: string[] = [];
      await board.subscribe(({ state }) => told.push(state));
      await board.publish({ ...live, state: 'connecting' });
      await board.publish(live);
      await board.publish(live);
      await board.publish({ ...live, state: 'offline', reason: 'The camera does not answer.' });
      await waitFor(() => told.length === 3);
      expect(told).toEqual(['connecting', 'live', 'offline']);
      expect(await board.get('a')).toMatchObject({ state: 'offline', reason: 'The camera does not answer.' });
      expect(await board.all()).toHaveLength(1);
      await board.remove('a');
      expect(await board.get('a')).toBeUndefined();
    });

    it('does not listen to an ingest that has lost the camera', async () => {
      const board = new RedisCameraStatusBoard(connection);
      await board.publish(live);
      await board.publish({ ...live, state: 'offline', epoch: 4 });
      expect(await board.get('a')).toEqual(live);
      await board.publish({ ...live, state: 'connecting', epoch: 6 });
      expect(await board.get('a')).toMatchObject({ state: 'connecting', epoch: 6 });
    });

    it('passes over what no release of ours has written', async () => {
      await redis.hset('{oriel}:v1:camera-status', { a: 'x', b: '7', c: JSON.stringify({ ...live, cameraId: 'c' }) });
      expect((await new RedisCameraStatusBoard(connection).all()).map(({ cameraId }) => cameraId)).toEqual(['c']);
    });
  });

  describe('instance board', () => {
    it('holds who lives, oldest first', async () => {
      const board = new RedisInstanceBoard(connection);
      await board.heartbeat({ ...instance, id: 'i2', startedAtMs: 2 });
      await board.heartbeat(instance);
      await board.heartbeat({ ...instance, id: 'i3', startedAtMs: 3 });
      await board.remove('i3');
      await backdate('{oriel}:v1:instances', 'i2');
      expect(await board.all()).toEqual([instance]);
    });
  });

  describe("after Redis' clock was set an hour back", () => {
    const HOUR_MS = 3_600_000;

    it('wants of a gateway that is gone do not hold for an hour, and those of a living one are told anew', async () => {
      const board = new RedisDemandBoard(connection);
      await board.renew('g1', [{ cameraId: 'a', rendition: small }]);
      await redate('{oriel}:v1:demand', 'g1', (expiryMs) => expiryMs + HOUR_MS);
      expect(await board.wanted()).toEqual(new Map());
      await board.renew('g1', [{ cameraId: 'a', rendition: small }]);
      expect(await board.wanted()).toEqual(new Map([['a', [small]]]));
    });

    it('an instance that is gone does not stay for an hour', async () => {
      const board = new RedisInstanceBoard(connection);
      await board.heartbeat(instance);
      await redate('{oriel}:v1:instances', 'i1', (expiryMs) => expiryMs + HOUR_MS);
      expect(await board.all()).toEqual([]);
    });

    it('what expires within the moment in which it was set back a little still holds', async () => {
      const board = new RedisDemandBoard(connection);
      await board.renew('g1', [{ cameraId: 'a', rendition: small }]);
      await redate('{oriel}:v1:demand', 'g1', (expiryMs) => expiryMs + 100);
      expect(await board.wanted()).toEqual(new Map([['a', [small]]]));
    });
  });

  /** Makes a field look expired. */
  async function backdate(key: string, field: string): Promise<void> {
    await redate(key, field, () => 1_000);
  }

  async function redate(key: string, field: string, change: (expiryMs: number) => number): Promise<void> {
    const held = (await redis.hget(key, field)) ?? '';
    await redis.hset(
      key,
      field,
      held.replace(/^\d+/, (expiryMs) => String(change(Number(expiryMs)))),
    );
  }
});
