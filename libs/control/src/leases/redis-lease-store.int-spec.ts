import type { RedisClient } from '@oriel/redis-connection';
import fc from 'fast-check';
import { flush, openTestRedis, REDIS_PLACES } from '../../test/redis-places.ts';
import type { ControlError } from '../control-error.ts';
import { controlKeys } from '../keys.ts';
import { ControlConnection } from '../redis/control-connection.ts';
import type { LeaseGrant, LeaseToken, SyncAnswer } from './lease-store.ts';
import { RedisLeaseStore } from './redis-lease-store.ts';

const CAMERA = 'front-door';
const LOCK_MS = 60_000;
const HOUR_MS = 3_600_000;
const LOAD = { id: 'w', loadCores: 1, capacityCores: 2, cameras: 1, hasRoom: true, isLeaving: false };

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

  /** As if the lock had that much left. */
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
      expect(first.costCores).toBeUndefined();
      const newCosts = new Map([[CAMERA, 0.25]]);
      await store.sync({ self: LOAD, host: 'h', held: [], successions: [], newCosts });
      await leave(CAMERA, -1);
      expect(await taken('t2')).toEqual({ cameraId: CAMERA, epoch: first.epoch + 1, costCores: 0.25 });
      expect(await sync([{ cameraId: CAMERA, token: 't1' }])).toMatchObject({ lost: [CAMERA] });
      expect(await sync([{ cameraId: CAMERA, token: 't2' }])).toMatchObject({ lost: [], withdrawn: [] });
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
      const say = (id: string, host: string, loadCores = 1) =>
        store.sync({ self: { ...LOAD, id, loadCores }, host, held: [], successions: [], newCosts: new Map() });
      await say('near', 'a host', 0.5);
      await say('far', 'other');
      await redis.hset(controlKeys.leaseLoads('ingest'), 'odd', `${Date.now() + 1_000} nonsense`);
      const { others, hostWorkers } = await say('self', 'a host');
      expect(others.toSorted((a, b) => a.loadCores - b.loadCores)).toEqual([
        { ...LOAD, id: 'near', loadCores: 0.5 },
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
      expect(await sync([], [{ cameraId: CAMERA, token: 'next' }])).toMatchObject({ owned: [CAMERA] });
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

  /** What one process believes, by what it was told. */
  interface Process {
    readonly name: string;
    /** Token by which it believes that it holds the camera. */
    holds: string | undefined;
    succeeds: { readonly token: string; readonly holderToken: string } | undefined;
  }

  /** The steps that processes take and what may happen to them, in any order; each returns at once where it does not apply. */
  class World {
    readonly processes: readonly Process[] = ['p', 'q', 'r'].map((name) => ({
      name,
      holds: undefined,
      succeeds: undefined,
    }));
    #tokens = 0;
    #highestEpoch = 0;

    async begin(): Promise<void> {
      await flush(redis);
      await store.offer([CAMERA]);
    }

    readonly steps: Readonly<Record<string, (process: Process) => Promise<void>>> = {
      take: async (process) => {
        if (process.holds !== undefined || process.succeeds !== undefined) return;
        const token = this.#token(process);
        const [grant] = await store.take(token, 1);
        if (grant === undefined) return;
        this.#granted(grant);
        process.holds = token;
      },
      /** Taken, and the answer was lost. */
      takeInVain: async (process) => {
        const [grant] = await store.take(this.#token(process), 1);
        if (grant !== undefined) this.#granted(grant);
      },
      succeed: async (process) => {
        const holderToken = this.#holder?.holds;
        if (process.holds !== undefined || process.succeeds !== undefined || holderToken === undefined) return;
        const token = this.#token(process);
        const grant = await store.beginSuccession(CAMERA, holderToken, token);
        if (grant === undefined) return;
        this.#granted(grant);
        process.succeeds = { token, holderToken };
      },
      /** The holder lets go, and then tells the store. */
      release: async (process) => {
        if (process.holds === undefined) return;
        const token = process.holds;
        process.holds = undefined;
        await store.release({ cameraId: CAMERA, token }, 'free');
      },
      /** Its work has ended: it goes to the successor, if there is one. */
      passOrKeep: async (process) => {
        if (process.holds === undefined) return;
        const token = process.holds;
        process.holds = undefined;
        if ((await store.release({ cameraId: CAMERA, token }, 'keep')) === undefined) process.holds = token;
      },
      renew: async (process) => {
        const { holds, succeeds } = process;
        if (holds === undefined && succeeds === undefined) return;
        const token = { cameraId: CAMERA, token: holds ?? succeeds?.token ?? '' };
        const answer = await sync(holds === undefined ? [] : [token], holds === undefined ? [token] : []);
        if (answer.lost.length > 0) process.holds = undefined;
        if (answer.owned.length > 0) process.holds = token.token;
        if (answer.lost.length > 0 || answer.owned.length > 0) process.succeeds = undefined;
      },
      cancel: async () => {
        const successor = this.processes.find(({ succeeds }) => succeeds !== undefined)?.succeeds;
        if (successor !== undefined) await store.cancelSuccession({ cameraId: CAMERA, token: successor.token });
      },
      giveSuccessionUp: async (process) => {
        if (process.succeeds === undefined) return;
        const { token } = process.succeeds;
        process.succeeds = undefined;
        await store.release({ cameraId: CAMERA, token }, 'free');
      },
      /** Forgets everything; what it had in Redis stays until it expires. */
      crash: async (process) => {
        process.holds = undefined;
        process.succeeds = undefined;
      },
      /** Who holds the camera has given up before that, by its own clock. */
      expireLock: async () => {
        if (Number(await redis.zscore(controlKeys.leases('ingest'), CAMERA)) < 0) return;
        for (const process of this.processes) process.holds = undefined;
        await leave(CAMERA, -1);
      },
      expireSuccession: async () => {
        await redis.hdel(controlKeys.leaseSuccessors('ingest'), CAMERA);
      },
    };

    async check(): Promise<void> {
      const believing = this.processes.filter(({ holds }) => holds !== undefined);
      expect(believing.length).toBeLessThanOrEqual(1);
      const [score, holder] = await Promise.all([
        redis.zscore(controlKeys.leases('ingest'), CAMERA),
        redis.hget(controlKeys.leaseHolders('ingest'), CAMERA),
      ]);
      if (believing[0] !== undefined) expect(holder).toBe(believing[0].holds);
      // A camera is never forgotten: somebody holds it until a moment that comes, or it can be taken.
      expect(score).not.toBeNull();
      const leftMs = Number(score) - Date.now();
      expect(leftMs).toBeLessThanOrEqual(LOCK_MS);
      if (leftMs > 0) expect(holder).not.toBeNull();
      if (Number(score) < 0) expect(holder).toBeNull();
    }

    /** Whatever has happened: when all locks have run out, whoever comes gets the camera. */
    async end(): Promise<void> {
      await this.steps['expireLock']?.(this.processes[0] as Process);
      await this.steps['expireSuccession']?.(this.processes[0] as Process);
      const [grant] = await store.take('the last one', 1);
      this.#granted(grant as LeaseGrant);
    }

    get #holder(): Process | undefined {
      return this.processes.find(({ holds }) => holds !== undefined);
    }

    #token(process: Process): string {
      return `${process.name}${this.#tokens++}`;
    }

    #granted({ cameraId, epoch }: LeaseGrant): void {
      expect(cameraId).toBe(CAMERA);
      expect(epoch).toBeGreaterThan(this.#highestEpoch);
      this.#highestEpoch = epoch;
    }
  }

  it('whatever processes do, and whenever they crash, at most one holds the camera, and it can always be had again', async () => {
    const step = fc.record({
      who: fc.nat({ max: 2 }),
      what: fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom('take', 'succeed', 'release', 'renew') },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            ...['takeInVain', 'passOrKeep', 'cancel', 'giveSuccessionUp', 'crash', 'expireLock', 'expireSuccession'],
          ),
        },
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const world = new World();
        await world.begin();
        for (const { who, what } of steps) {
          await world.steps[what]?.(world.processes[who] as Process);
          await world.check();
        }
        await world.end();
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it('the successor of a silent holder comes first when the lock has run out, whoever looks', async () => {
    for (const look of ['sync', 'take'] as const) {
      await flush(redis);
      await store.offer([CAMERA]);
      await store.take('holder', 1);
      await store.beginSuccession(CAMERA, 'holder', 'next');
      const succession = { cameraId: CAMERA, token: 'next' };
      expect(await sync([], [succession])).toMatchObject({ owned: [], lost: [] });
      await leave(CAMERA, -1);
      if (look === 'take') expect(await store.take('other', 1)).toEqual([]);
      expect(await sync([], [succession])).toMatchObject({ owned: [CAMERA], lost: [] });
      expect(await redis.hget(controlKeys.leaseHolders('ingest'), CAMERA)).toBe('next');
    }
  });
});
