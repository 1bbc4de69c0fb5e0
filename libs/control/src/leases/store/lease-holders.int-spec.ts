/** Whatever processes do, and whenever they crash: no camera ever has two holders, and each can always be taken again. */
import type { RedisClient } from '@oriel/redis-connection';
import fc from 'fast-check';
import { flush, openTestRedis, REDIS_PLACES } from '../../../test/redis-places.ts';
import { controlKeys } from '../../keys.ts';
import { ControlConnection } from '../../redis/control-connection.ts';
import type { LeaseGrant } from './lease-store.ts';
import { RedisLeaseStore } from './redis-lease-store.ts';

const CAMERA = 'front-door';
const LOCK_MS = 60_000;
const LOAD = { id: 'w', load: 1, capacity: 2, cameras: 1, hasRoom: true, isLeaving: false };

describe.each(REDIS_PLACES)('on $name', ({ start, stop, url }) => {
  beforeAll(start);
  afterAll(stop);

  let connection: ControlConnection;
  let redis: RedisClient;
  let store: RedisLeaseStore;

  beforeAll(() => {
    connection = new ControlConnection({ redis: url(6) });
    redis = openTestRedis(url(6));
    store = new RedisLeaseStore(connection, 'ingest', LOCK_MS);
  });

  afterAll(async () => {
    await connection.close();
    redis.disconnect();
  });

  /** What one process believes, from the answers it received. */
  interface Process {
    readonly name: string;
    /** Token with which it believes it holds the camera. */
    holds: string | undefined;
    succeeds: { readonly token: string; readonly holderToken: string } | undefined;
  }

  /** Steps and faults of processes, in any order. A step that does not apply returns at once. */
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
      /** Takes the camera, but the answer is lost. */
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
      /** The holder stops first, then releases. */
      release: async (process) => {
        if (process.holds === undefined) return;
        const token = process.holds;
        process.holds = undefined;
        await store.release({ cameraId: CAMERA, token }, 'free');
      },
      /** The work has ended: passes the camera to the successor if there is one. */
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
        const [held, successions] = holds === undefined ? [[], [token]] : [[token], []];
        const answer = await store.sync({ self: LOAD, host: 'h', held, successions, newCosts: new Map() });
        if (answer.lost.length > 0) process.holds = undefined;
        if (answer.passed.length > 0) process.holds = token.token;
        if (answer.lost.length > 0 || answer.passed.length > 0) process.succeeds = undefined;
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
      /** The process forgets everything. Its lock stays in Redis until it expires. */
      crash: async (process) => {
        process.holds = undefined;
        process.succeeds = undefined;
      },
      /** The holder has given up before, by its own clock. */
      expireLock: async () => {
        if (Number(await redis.zscore(controlKeys.leases('ingest'), CAMERA)) < 0) return;
        for (const process of this.processes) process.holds = undefined;
        await redis.zadd(controlKeys.leases('ingest'), Date.now() - 1, CAMERA);
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
      // A camera is never forgotten: either its lock expires within the limit, or it can be taken.
      expect(score).not.toBeNull();
      const leftMs = Number(score) - Date.now();
      expect(leftMs).toBeLessThanOrEqual(LOCK_MS);
      if (leftMs > 0) expect(holder).not.toBeNull();
      if (Number(score) < 0) expect(holder).toBeNull();
    }

    /** After any history, a new worker gets the camera once all locks have expired. */
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
});
