import type { RedisClient } from '@oriel/redis-connection';
import fc from 'fast-check';
import { flush, openTestRedis, REDIS_PLACES } from '../../test/redis-places.ts';
import { bullKeys, controlKeys, leaseJobId } from '../keys.ts';
import { ControlConnection } from '../redis/control-connection.ts';
import { LeaseLocks } from './lease-locks.ts';

const CAMERA = 'front-door';
const JOB = leaseJobId(CAMERA);
const LOCK_MS = 60_000;

const keys = {
  job: bullKeys.job('ingest', CAMERA),
  lock: bullKeys.lock('ingest', CAMERA),
  active: bullKeys.active('ingest'),
  wait: bullKeys.wait('ingest'),
  successor: controlKeys.leaseSuccessor('ingest', CAMERA),
};

describe.each(REDIS_PLACES)('on $name', ({ start, stop, url }) => {
  beforeAll(start);
  afterAll(stop);

  let connection: ControlConnection;
  let redis: RedisClient;
  let locks: LeaseLocks;

  beforeAll(() => {
    connection = new ControlConnection({ redis: url(5) });
    redis = openTestRedis(url(5));
    locks = new LeaseLocks(connection, 'ingest', LOCK_MS);
  });

  afterAll(async () => {
    await connection.close();
    redis.disconnect();
  });

  it('grants no epoch again when a new master has not had the last grants', async () => {
    await flush(redis);
    const { epoch } = await locks.grant(CAMERA);
    await redis.hset(controlKeys.leaseEpochs('ingest'), CAMERA, epoch - 100);
    expect((await locks.grant(CAMERA)).epoch).toBeGreaterThanOrEqual(epoch);
  });

  it('says which epoch it has granted last', async () => {
    await flush(redis);
    expect(await locks.newestEpoch(CAMERA)).toBeUndefined();
    const { epoch } = await locks.grant(CAMERA);
    expect(await locks.newestEpoch(CAMERA)).toBe(epoch);
  });

  /** What one process believes, by what it was told. */
  interface Process {
    readonly name: string;
    /** Token by which it believes that it holds the lease. */
    holds: string | undefined;
    succeeds: { readonly token: string; readonly holderToken: string } | undefined;
    epoch: number;
  }

  /** The steps that processes take and what may happen to them, in any order; each returns at once where it does not apply. */
  class World {
    readonly processes: readonly Process[] = ['p', 'q', 'r'].map((name) => ({
      name,
      holds: undefined,
      succeeds: undefined,
      epoch: 0,
    }));
    #tokens = 0;
    #highestEpoch = 0;

    async begin(): Promise<void> {
      await flush(redis);
      await redis.hset(keys.job, 'name', 'lease');
      await redis.lpush(keys.wait, JOB);
    }

    readonly steps: Readonly<Record<string, (process: Process) => Promise<void>>> = {
      /** As BullMQ's moveToActive. */
      take: async (process) => {
        if (process.holds !== undefined || process.succeeds !== undefined) return;
        if ((await redis.rpoplpush(keys.wait, keys.active)) === null) return;
        const token = this.#token(process);
        await redis.set(keys.lock, token, 'PX', LOCK_MS);
        this.#granted(process, (await locks.grant(CAMERA)).epoch);
        process.holds = token;
      },
      succeed: async (process) => {
        const holder = this.processes.find(({ holds }) => holds !== undefined);
        if (process.holds !== undefined || process.succeeds !== undefined || holder?.holds === undefined) return;
        const token = this.#token(process);
        const grant = await locks.beginSuccession(CAMERA, holder.holds, token);
        if (grant === undefined) return;
        this.#granted(process, grant.epoch);
        process.succeeds = { token, holderToken: holder.holds };
      },
      /** The holder lets go, and then passes the lease on. */
      pass: async (process) => {
        const successor = this.processes.find(({ succeeds }) => succeeds?.holderToken === process.holds);
        if (process.holds === undefined || successor?.succeeds === undefined) return;
        const token = process.holds;
        process.holds = undefined;
        await locks.pass(CAMERA, token, successor.succeeds.token);
      },
      renew: async (process) => {
        if (process.holds !== undefined) {
          if ((await redis.get(keys.lock)) !== process.holds) process.holds = undefined;
          return;
        }
        if (process.succeeds === undefined) return;
        const { token, holderToken } = process.succeeds;
        const state = await locks.renewSuccessor(CAMERA, holderToken, token);
        if (state.is === 'successor') return;
        process.succeeds = undefined;
        if (state.is === 'owner') process.holds = token;
      },
      cancel: async (process) => {
        const successor = this.processes.find(({ succeeds }) => succeeds?.holderToken === process.holds);
        if (process.holds !== undefined && successor?.succeeds)
          await locks.cancelSuccession(CAMERA, successor.succeeds.token);
      },
      /** Forgets everything; what it had in Redis stays until it expires. */
      crash: async (process) => {
        process.holds = undefined;
        process.succeeds = undefined;
      },
      /** Who holds the lock gives up before that, by its own clock. */
      expireLock: async () => {
        for (const process of this.processes) process.holds = undefined;
        await redis.del(keys.lock);
      },
      expireSuccessor: async () => {
        await redis.del(keys.successor);
      },
      /** As BullMQ's stalled check. */
      stall: async () => {
        if ((await redis.exists(keys.lock)) === 1 || (await redis.lrem(keys.active, 0, JOB)) === 0) return;
        await redis.rpush(keys.wait, JOB);
      },
    };

    async check(): Promise<void> {
      const holders = this.processes.filter(({ holds }) => holds !== undefined);
      expect(holders.length).toBeLessThanOrEqual(1);
      const [lock, active, wait] = await Promise.all([
        redis.get(keys.lock),
        redis.lrange(keys.active, 0, -1),
        redis.lrange(keys.wait, 0, -1),
      ]);
      if (holders[0] !== undefined) expect(lock).toBe(holders[0].holds);
      // A camera is never forgotten, and never there twice.
      expect([...active, ...wait]).toEqual([JOB]);
      if (lock !== null) expect(active).toEqual([JOB]);
    }

    #token(process: Process): string {
      return `${process.name}${this.#tokens++}`;
    }

    #granted(process: Process, epoch: number): void {
      expect(epoch).toBeGreaterThan(this.#highestEpoch);
      this.#highestEpoch = epoch;
      process.epoch = epoch;
    }
  }

  it('whatever processes do, and whenever they crash, at most one believes that it holds the lease, and it does', async () => {
    const step = fc.record({
      who: fc.nat({ max: 2 }),
      what: fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom('take', 'succeed', 'pass', 'renew') },
        { weight: 1, arbitrary: fc.constantFrom('cancel', 'crash', 'expireLock', 'expireSuccessor', 'stall') },
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
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it('the successor of a silent holder has the lease just before the lock runs out, when the holder has given it up', async () => {
    const world = new World();
    await world.begin();
    const [holder, successor] = world.processes as [Process, Process];
    await world.steps['take']?.(holder);
    await world.steps['succeed']?.(successor);
    const { token, holderToken } = successor.succeeds as NonNullable<Process['succeeds']>;
    await redis.pexpire(keys.lock, 1_000);
    expect(await locks.renewSuccessor(CAMERA, holderToken, token)).toMatchObject({ is: 'successor' });
    await redis.pexpire(keys.lock, 140);
    expect(await locks.renewSuccessor(CAMERA, holderToken, token)).toEqual({ is: 'owner' });
    expect(await redis.get(keys.lock)).toBe(token);
  });
});
