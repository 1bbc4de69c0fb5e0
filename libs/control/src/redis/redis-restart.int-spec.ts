import { RedisServer, waitFor } from '@oriel/testing';
import { Redis } from 'ioredis';
import { RedisDemandBoard } from '../boards/redis-demand-board.ts';
import { ControlError } from '../control-error.ts';
import type { Lease } from '../leases/lease.ts';
import { RedisLeaseOffers } from '../leases/store/redis-lease-offers.ts';
import { RedisLeaseWorker } from '../leases/worker/redis-lease-worker.ts';
import { ControlConnection } from './control-connection.ts';

let redis: RedisServer;
let connection: ControlConnection;
let offers: RedisLeaseOffers;
let worker: RedisLeaseWorker;
let grants: Lease[];
let errors: ControlError[];

async function setUp(options: { readonly appendonly: boolean }): Promise<void> {
  grants = [];
  errors = [];
  redis = await RedisServer.start({ ...options, password: 'hunter2' });
  connection = new ControlConnection({ redis: redis.url, onError: (error) => errors.push(error) });
  offers = new RedisLeaseOffers(connection);
  const run = (lease: Lease) => {
    grants.push(lease);
    return new Promise<void>((resolve) => lease.signal.addEventListener('abort', () => resolve()));
  };
  worker = new RedisLeaseWorker(
    { connection, onRunFailed: (_, error) => errors.push(new ControlError('invalid', String(error))) },
    { queue: 'ingest', instanceId: 'ingest-1', maxLeases: 10, run },
  );
  await worker.start();
  await offers.offer('ingest', 'front-door');
  await waitFor(() => grants.length === 1);
}

afterEach(async () => {
  await worker.close();
  await connection.close();
  await redis.stop();
  expect(errors.map(({ message }) => message).join()).not.toContain('hunter2');
});

describe('connections that break', () => {
  beforeEach(() => setUp({ appendonly: false }));

  it('end no lease when they are made anew within the lock duration', async () => {
    const [lease] = grants as [Lease];
    const other = new Redis(redis.url);
    await other.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    other.disconnect();
    const endMs = performance.now() + 3_000;
    await waitFor(() => {
      lease.assertCurrent();
      return performance.now() > endMs;
    });
    expect(grants).toHaveLength(1);
    expect(worker.held).toEqual(['front-door']);
  });
});

describe('a Redis that comes back with its data', () => {
  beforeEach(() => setUp({ appendonly: true }));

  it('ends the leases with their locks, and grants them anew', async () => {
    const [lease] = grants as [Lease];
    await redis.kill();
    await waitFor(() => lease.signal.aborted);
    expect(lease.signal.reason).toMatchObject({ code: 'lease-lost' });
    expect(worker.held).toEqual([]);
    await redis.restart();
    const restartedAtMs = performance.now();
    await waitFor(() => grants.length === 2);
    console.info(`Redis back to the lease granted anew: ${(performance.now() - restartedAtMs).toFixed(0)} ms`);
    expect(grants[1]?.epoch).toBeGreaterThan(lease.epoch);
  });

  it('a worker closes while Redis is away', async () => {
    await redis.kill();
    await worker.close();
    expect(grants[0]?.signal.aborted).toBe(true);
  });

  it('a board says at once that Redis is away, and works when it is back', async () => {
    const board = new RedisDemandBoard(connection);
    const told: string[] = [];
    await board.subscribe((cameraIds) => told.push(...cameraIds));
    await redis.kill();
    await expect(board.wanted()).rejects.toMatchObject({ code: 'disconnected' });
    await redis.restart();
    const wants = [{ cameraId: 'front-door', rendition: { width: 640, quality: 75, framerate: 15 } }];
    await waitFor(async () => {
      await board.renew('g1', []);
      await board.renew('g1', wants);
      return told.length > 0;
    });
    expect((await board.wanted()).has('front-door')).toBe(true);
  });
});

describe('a Redis that comes back empty', () => {
  beforeEach(() => setUp({ appendonly: false }));

  it('ends all leases; who offers anew is served', async () => {
    const [lease] = grants as [Lease];
    await redis.kill();
    await redis.restart();
    await waitFor(() => lease.signal.aborted);
    await waitFor(() => offers.offer('ingest', 'front-door').then(() => true));
    await waitFor(() => grants.length === 2);
    expect(grants[1]?.epoch).toBeGreaterThanOrEqual(lease.epoch);
  });
});
