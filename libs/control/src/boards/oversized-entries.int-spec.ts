/** Boards discard entries that are huge or too many, which no service of this product writes, and keep working. */
import type { RedisClient } from '@oriel/redis-connection';
import { openTestRedis, REDIS_PLACES } from '../../test/redis-places.ts';
import { ControlConnection } from '../redis/control-connection.ts';
import type { CameraStatus } from './camera-status-board.ts';
import type { Instance } from './instance-board.ts';
import { RedisCameraStatusBoard } from './redis-camera-status-board.ts';
import { RedisDemandBoard } from './redis-demand-board.ts';
import { RedisInstanceBoard } from './redis-instance-board.ts';

const DEMAND = '{oriel}:v1:demand';
const INSTANCES = '{oriel}:v1:instances';
const STATUSES = '{oriel}:v1:camera-status';

const rendition = { width: 640, quality: 75, framerate: 15 };
const wantOfCamera = { cameraId: 'a', rendition };

const [place] = REDIS_PLACES;
if (place === undefined) throw new Error('no Redis');
beforeAll(place.start);
afterAll(place.stop);

let connection: ControlConnection;
let redis: RedisClient;

beforeEach(async () => {
  connection = new ControlConnection({ redis: place.url(7), onError: () => undefined });
  redis = openTestRedis(place.url(7));
  await redis.flushdb();
});
afterEach(async () => {
  await connection.close();
  redis.disconnect();
});

/** An entry with the longest lifetime that is accepted. */
async function entry(text: string): Promise<string> {
  const [seconds] = await redis.time();
  return `${Number(seconds) * 1_000 + 5_500}\n${text}`;
}

describe('demand', () => {
  it('of 50 MB is thrown away', async () => {
    const board = new RedisDemandBoard(connection);
    await redis.hset(DEMAND, 'huge', await entry('a 16 16 1\n'.repeat(5_000_000)));
    await board.renew('g1', [wantOfCamera]);
    expect(await board.wanted()).toEqual(new Map([['a', [rendition]]]));
    expect(await redis.hkeys(DEMAND)).toEqual(['g1']);
  });

  it('of 100,000 gateways is thrown away; who lives says again what it wants', async () => {
    const board = new RedisDemandBoard(connection);
    await board.renew('g1', [wantOfCamera]);
    const value = await entry('b 16 16 1');
    for (let batch = 0; batch < 10; batch++)
      await redis.hset(DEMAND, Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`x${batch}-${i}`, value])));
    expect(await board.wanted()).toEqual(new Map());
    await board.renew('g1', [wantOfCamera]);
    expect(await board.wanted()).toEqual(new Map([['a', [rendition]]]));
  });

  it('for 10,000 cameras is cut at what a configuration may have, and takes nothing from others', async () => {
    const board = new RedisDemandBoard(connection);
    await board.renew(
      'all',
      Array.from({ length: 10_000 }, (_, i) => ({ cameraId: `x${i}`, rendition })),
    );
    await board.renew('g1', [wantOfCamera]);
    const wanted = await board.wanted();
    expect(wanted.size).toBe(1_000);
    expect(wanted.get('a')).toEqual([rendition]);
  });
});

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

describe('an instance', () => {
  it('of 50 MB is thrown away', async () => {
    const board = new RedisInstanceBoard(connection);
    const huge = JSON.stringify({ ...instance, id: 'huge', host: 'h'.repeat(50_000_000) });
    await redis.hset(INSTANCES, 'huge', await entry(huge));
    await board.heartbeat(instance);
    expect(await board.all()).toEqual([instance]);
    expect(await redis.hkeys(INSTANCES)).toEqual(['i1']);
  });

  it('holding every camera that a configuration may have, twice, is none too large', async () => {
    const board = new RedisInstanceBoard(connection);
    const cameras = Array.from({ length: 2_000 }, (_, index) => `${index}`.padStart(64, 'c'));
    await board.heartbeat({ ...instance, cameras });
    expect((await board.all())[0]?.cameras).toHaveLength(2_000);
  });

  it('of many thousands is thrown away; who lives is there again with its next heartbeat', async () => {
    const board = new RedisInstanceBoard(connection);
    const value = await entry(JSON.stringify(instance));
    await redis.hset(INSTANCES, Object.fromEntries(Array.from({ length: 6_000 }, (_, i) => [`x${i}`, value])));
    expect(await board.all()).toEqual([]);
    await board.heartbeat(instance);
    expect(await board.all()).toEqual([instance]);
  });
});

it('a status of 50 MB is thrown away', async () => {
  const board = new RedisCameraStatusBoard(connection);
  const live: CameraStatus = {
    cameraId: 'a',
    state: 'live',
    sinceMs: 1,
    reconnects: 0,
    reason: undefined,
    codec: 'h264',
    width: 1920,
    height: 1080,
    framerate: 25,
    bitrateKbps: 4000,
    lostPackets: 0,
    transport: 'tcp',
    instanceId: 'i1',
    epoch: 5,
  };
  await board.publish(live);
  await redis.hset(STATUSES, 'huge', JSON.stringify({ ...live, cameraId: 'huge', reason: 'x'.repeat(50_000_000) }));
  expect((await board.all()).map(({ cameraId }) => cameraId)).toEqual(['a']);
  expect(await redis.hkeys(STATUSES)).toEqual(['a']);
});
