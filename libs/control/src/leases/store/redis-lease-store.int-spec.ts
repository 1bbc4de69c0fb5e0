import type { RedisClient } from '@oriel/redis-connection';
import { flush, openTestRedis, REDIS_PLACES } from '../../../test/redis-places.ts';
import type { ControlError } from '../../control-error.ts';
import { controlKeys } from '../../keys.ts';
import { ControlConnection } from '../../redis/control-connection.ts';
import type { LeaseGrant, LeaseToken, SyncAnswer } from './lease-store.ts';
import { RedisLeaseStore } from './redis-lease-store.ts';

const CAMERA = 'front-door';
const LOCK_MS = 60_000;
const HOUR_MS = 3_600_000;
const LOAD = { id: 'w', load: 1, capacity: 2, cameras: 1, hasRoom: true, isLeaving: false };

describe.each(REDIS_PLACES)('on $name', ({ start, stop, url }) => {
  beforeAll(start);
  afterAll(stop);

  let connection: ControlConnection;
  let redis: RedisClient;
  let store: RedisLeaseStore;
  let errors: ControlError[];

  beforeAll(() => {
    connection = new ControlConnection({ redis: url(5), onError: (error) => errors.push(error) });
    redis = openTestRedis(url(5));
    store = new RedisLeaseStore(connection, 'ingest', LOCK_MS);
  });

  beforeEach(async () => {
    errors = [];
    await flush(redis);
  });

  afterEach(() => expect(errors).toEqual([]));

  afterAll(async () => {
    await connection.close();
    redis.disconnect();
  });

  async function sync(held: readonly LeaseToken[], successions: readonly LeaseToken[] = []): Promise<SyncAnswer> {
    return store.sync({ self: LOAD, host: 'h', held, successions, newCosts: new Map() });
  }

  async function taken(token: string): Promise<LeaseGrant> {
    const [grant] = await store.take(token, 1);
    if (grant === undefined) throw new TypeError('nothing was free');
    return grant;
  }

  /** Sets the remaining time of the lock. */
  async function leave(cameraId: string, leftMs: number): Promise<void> {
    await redis.zadd(controlKeys.leases('ingest'), Date.now() + leftMs, cameraId);
  }

  describe('taking', () => {
    it('grants what has waited longest, no more than is asked for, and each once', async () => {
      for (const cameraId of ['c', 'a', 'b']) {
        await store.offer([cameraId]);
        await new Promise((resolve) => setTimeout(resolve, 3));
      }
      await store.offer(['c']);
      expect((await store.take('t1', 2)).map(({ cameraId }) => cameraId)).toEqual(['c', 'a']);
      expect((await store.take('t2', 2)).map(({ cameraId }) => cameraId)).toEqual(['b']);
      expect(await store.take('t3', 2)).toEqual([]);
      expect((await store.offered()).toSorted()).toEqual(['a', 'b', 'c']);
    });

    it('grants what nobody has renewed, with a higher epoch and the cost that its holder measured', async () => {
      await store.offer([CAMERA]);
      const first = await taken('t1');
      expect(first.cost).toBeUndefined();
      const newCosts = new Map([[CAMERA, 0.25]]);
      await store.sync({ self: LOAD, host: 'h', held: [], successions: [], newCosts });
      await leave(CAMERA, -1);
      expect(await taken('t2')).toEqual({ cameraId: CAMERA, epoch: first.epoch + 1, cost: 0.25 });
      expect(await sync([{ cameraId: CAMERA, token: 't1' }])).toMatchObject({ lost: [CAMERA] });
      expect(await sync([{ cameraId: CAMERA, token: 't2' }])).toMatchObject({ lost: [], withdrawn: [] });
    });

    it.each([
      { what: 'freed just now', score: () => Date.now() - 1e13, leftOver: 0 },
      { what: 'freed 0.6 s ago', score: () => Date.now() - 600 - 1e13, leftOver: 1 },
      { what: 'left by a lock just now', score: () => Date.now() - 1, leftOver: 0 },
      { what: 'left by a lock 0.6 s ago', score: () => Date.now() - 600, leftOver: 1 },
      { what: 'held', score: () => Date.now() + 1_000, leftOver: 0 },
    ])('a camera that was $what counts as left over by others: $leftOver', async ({ score, leftOver }) => {
      await store.offer([CAMERA]);
      await redis.zadd(controlKeys.leases('ingest'), score(), CAMERA);
      expect(await sync([])).toMatchObject({ leftOver });
    });

    it('a camera whose grant was never heard of is free when the lock has run out', async () => {
      const hasty = new RedisLeaseStore(connection, 'ingest', 200);
      await hasty.offer([CAMERA]);
      await hasty.take('lost on the way', 1);
      expect(await hasty.take('t', 1)).toEqual([]);
      await new Promise((resolve) => setTimeout(resolve, 210));
      expect(await hasty.take('t', 1)).toHaveLength(1);
    });
  });

  describe('epochs', () => {
    it('grow by one, each queue for itself', async () => {
      const other = new RedisLeaseStore(connection, 'transcode', LOCK_MS);
      await Promise.all([store.offer([CAMERA]), other.offer([CAMERA])]);
      const { epoch } = await taken('t1');
      await other.take('t1', 1);
      await leave(CAMERA, -1);
      expect((await taken('t2')).epoch).toBe(epoch + 1);
      expect(await store.newestEpoch(CAMERA)).toBe(epoch + 1);
      expect(await store.newestEpoch('other')).toBeUndefined();
    });

    it.each([
      { name: 'Redis has lost its data', atLeast: 1_600_000_000, forget: () => flush(redis) },
      {
        name: 'a new master has not had the last grants',
        atLeast: undefined,
        forget: () => redis.hset(controlKeys.leaseEpochs('ingest'), CAMERA, 1),
      },
    ])('are never granted again when $name', async ({ atLeast, forget }) => {
      await store.offer([CAMERA]);
      const { epoch } = await taken('t1');
      await forget();
      await store.offer([CAMERA]);
      await leave(CAMERA, -1);
      expect((await taken('t2')).epoch).toBeGreaterThanOrEqual(atLeast ?? epoch);
    });
  });

  describe('a sync says', () => {
    it('what is lost, what was withdrawn, and what Redis has forgotten', async () => {
      await store.offer(['kept', 'expired', 'withdrawn', 'forgotten']);
      const grants = await store.take('t', 4);
      expect(grants).toHaveLength(4);
      await leave('expired', -1);
      await store.withdraw('withdrawn');
      await redis.zrem(controlKeys.leases('ingest'), 'forgotten');
      await redis.hdel(controlKeys.leaseEpochs('ingest'), 'forgotten');
      const { lost, withdrawn } = await sync(grants.map(({ cameraId }) => ({ cameraId, token: 't' })));
      expect(lost.toSorted()).toEqual(['expired', 'forgotten']);
      expect(withdrawn).toEqual(['withdrawn']);
    });

    it('how many cameras wait, and when the next lock runs out', async () => {
      expect(await sync([])).toMatchObject({ waiting: 0, nextExpiryMs: undefined });
      await store.offer(['a', 'b', 'c']);
      await store.take('t', 2);
      await leave('a', 5_000);
      const { waiting, nextExpiryMs } = await sync([]);
      expect(waiting).toBe(1);
      expect(nextExpiryMs).toBeGreaterThan(4_000);
      expect(nextExpiryMs).toBeLessThanOrEqual(5_000);
      await leave('a', -1);
      expect((await sync([])).waiting).toBe(2);
    });

    it('who else is there, until that one is silent or goes', async () => {
      const say = (id: string, host: string, load = 1) =>
        store.sync({ self: { ...LOAD, id, load }, host, held: [], successions: [], newCosts: new Map() });
      await say('near', 'a host', 0.5);
      await say('far', 'other');
      await redis.hset(controlKeys.leaseLoads('ingest'), 'odd', `${Date.now() + 1_000} nonsense`);
      const { others, hostWorkers } = await say('self', 'a host');
      expect(others.toSorted((a, b) => a.load - b.load)).toEqual([
        { ...LOAD, id: 'near', load: 0.5 },
        { ...LOAD, id: 'far' },
      ]);
      expect(hostWorkers).toBe(2);
      await store.leave('near');
      await redis.hset(controlKeys.leaseLoads('ingest'), 'far', `${Date.now() - 1} other 1.000 2.000 1 r-`);
      expect((await say('self', 'a host')).others).toEqual([]);
    });
  });

  describe("after Redis' clock was set an hour back", () => {
    it('a worker that is gone counts no longer', async () => {
      const line = `${Date.now() + HOUR_MS} other 1.000 2.000 1 r-`;
      await redis.hset(controlKeys.leaseLoads('ingest'), 'gone', line);
      expect((await sync([])).others).toEqual([]);
    });

    it('the camera of a dead holder is free after a lock, and that of a living one stays its own', async () => {
      await store.offer(['dead', 'living']);
      await store.take('t', 2);
      for (const cameraId of ['dead', 'living']) await leave(cameraId, HOUR_MS);
      expect(await sync([{ cameraId: 'living', token: 't' }])).toMatchObject({ lost: [], waiting: 0 });
      for (const cameraId of ['dead', 'living']) {
        const leftMs = Number(await redis.zscore(controlKeys.leases('ingest'), cameraId)) - Date.now();
        expect(leftMs).toBeLessThanOrEqual(LOCK_MS);
        expect(leftMs).toBeGreaterThan(LOCK_MS - 10_000);
      }
    });

    it('a succession from before counts no longer, and a new one can begin', async () => {
      await store.offer([CAMERA]);
      await store.take('holder', 1);
      await redis.hset(controlKeys.leaseSuccessors('ingest'), CAMERA, `${Date.now() + HOUR_MS} old`);
      expect(await store.beginSuccession(CAMERA, 'holder', 'new')).toMatchObject({ cameraId: CAMERA });
      expect(await store.release({ cameraId: CAMERA, token: 'holder' }, 'free')).toBe('new');
    });
  });

  it('a camera that was removed at a Redis prompt is lost to its successor, and the others are renewed', async () => {
    await store.offer([CAMERA, 'other']);
    await store.take('t1', 2);
    await store.beginSuccession(CAMERA, 't1', 's1');
    await redis.zrem(controlKeys.leases('ingest'), CAMERA);
    const answer = await store.sync({
      self: LOAD,
      host: 'h',
      held: [{ cameraId: 'other', token: 't1' }],
      successions: [{ cameraId: CAMERA, token: 's1' }],
      newCosts: new Map(),
    });
    expect(answer).toMatchObject({ lost: [], withdrawn: [CAMERA], passed: [] });
  });

  it('a camera has one successor at a time', async () => {
    await store.offer([CAMERA]);
    await store.take('holder', 1);
    expect(await store.beginSuccession(CAMERA, 'stranger', 'next')).toBeUndefined();
    expect(await store.beginSuccession(CAMERA, 'holder', 'next')).toBeDefined();
    expect(await store.beginSuccession(CAMERA, 'holder', 'another')).toBeUndefined();
    await store.cancelSuccession({ cameraId: CAMERA, token: 'another' });
    expect(await store.release({ cameraId: CAMERA, token: 'holder' }, 'free')).toBe('next');
  });

  describe('giving up', () => {
    it.each([
      { withoutSuccessor: 'keep', offered: [CAMERA], free: 0 },
      { withoutSuccessor: 'free', offered: [CAMERA], free: 1 },
      { withoutSuccessor: 'remove', offered: [], free: 0 },
    ] as const)('$withoutSuccessor: $free free', async ({ withoutSuccessor, offered, free }) => {
      await store.offer([CAMERA]);
      await store.take('holder', 1);
      expect(await store.release({ cameraId: CAMERA, token: 'stranger' }, withoutSuccessor)).toBeUndefined();
      expect(await store.take('t', 1)).toEqual([]);
      expect(await store.release({ cameraId: CAMERA, token: 'holder' }, withoutSuccessor)).toBeUndefined();
      expect(await store.offered()).toEqual(offered);
      expect(await store.take('t', 1)).toHaveLength(free);
    });

    it.each(['keep', 'free', 'remove'] as const)('a successor has it, whatever else was to be: %s', async (without) => {
      await store.offer([CAMERA]);
      await store.take('holder', 1);
      await store.beginSuccession(CAMERA, 'holder', 'next');
      expect(await store.release({ cameraId: CAMERA, token: 'holder' }, without)).toBe('next');
      expect(await sync([], [{ cameraId: CAMERA, token: 'next' }])).toMatchObject({ passed: [CAMERA] });
    });

    it('leaves nothing of a succession', async () => {
      await store.offer([CAMERA]);
      await store.take('holder', 1);
      await store.beginSuccession(CAMERA, 'holder', 'next');
      await store.release({ cameraId: CAMERA, token: 'next' }, 'free');
      expect(await store.beginSuccession(CAMERA, 'holder', 'another')).toBeDefined();
      expect(await sync([{ cameraId: CAMERA, token: 'holder' }])).toMatchObject({ lost: [] });
    });
  });

  it('the successor of a silent holder comes first when the lock has run out, whoever looks', async () => {
    for (const look of ['sync', 'take'] as const) {
      await flush(redis);
      await store.offer([CAMERA]);
      await store.take('holder', 1);
      await store.beginSuccession(CAMERA, 'holder', 'next');
      const succession = { cameraId: CAMERA, token: 'next' };
      expect(await sync([], [succession])).toMatchObject({ passed: [], lost: [] });
      await leave(CAMERA, -1);
      if (look === 'take') expect(await store.take('other', 1)).toEqual([]);
      expect(await sync([], [succession])).toMatchObject({ passed: [CAMERA], lost: [] });
      expect(await redis.hget(controlKeys.leaseHolders('ingest'), CAMERA)).toBe('next');
    }
  });
});
