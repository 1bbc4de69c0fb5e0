import { randomUUID } from 'node:crypto';
import type { RedisClient } from '@oriel/redis-connection';
import { waitFor } from '@oriel/testing';
import { flush, openTestRedis, REDIS_PLACES } from '../../../test/redis-places.ts';
import type { ControlError } from '../../control-error.ts';
import { ControlConnection } from '../../redis/control-connection.ts';
import type { Lease } from '../lease.ts';
import { RedisLeaseOffers } from '../store/redis-lease-offers.ts';
import { RedisLeaseWorker } from '../worker/redis-lease-worker.ts';

describe.each(REDIS_PLACES)('on $name', ({ start, stop, url }) => {
  beforeAll(start);
  afterAll(stop);

  let connection: ControlConnection;
  let redis: RedisClient;
  let offers: RedisLeaseOffers;
  let workers: TestWorker[];
  let errors: ControlError[];

  beforeEach(async () => {
    errors = [];
    workers = [];
    connection = new ControlConnection({ redis: url(2), onError: (error) => errors.push(error) });
    redis = openTestRedis(url(2));
    await flush(redis);
    offers = new RedisLeaseOffers(connection);
  });

  afterEach(async () => {
    for (const { leases } of workers) for (const { finish } of leases) finish();
    await Promise.all(workers.map(({ worker }) => worker.close()));
    await connection.close();
    redis.disconnect();
    expect(errors).toEqual([]);
  });

  interface RunningLease {
    readonly lease: Lease;
    finish(error?: Error): void;
  }

  interface TestWorker {
    readonly id: string;
    readonly worker: RedisLeaseWorker;
    readonly leases: RunningLease[];
    readonly failures: string[];
    running(cameraId: string): Lease | undefined;
  }

  /** @param onRun called when the work starts; by default reports the first output at once */
  async function startWorker(
    onRun: (lease: Lease) => void = (lease) => lease.markReady(),
    reaches?: () => Promise<unknown>,
  ): Promise<TestWorker> {
    const leases: RunningLease[] = [];
    const failures: string[] = [];
    const id = randomUUID();
    const run = (lease: Lease) =>
      new Promise<void>((resolve, reject) => {
        lease.signal.addEventListener('abort', () => resolve(), { once: true });
        leases.push({ lease, finish: (error) => (error ? reject(error) : resolve()) });
        onRun(lease);
        lease.reportCost(0.2);
      });
    const worker = new RedisLeaseWorker(
      {
        connection,
        lockDurationMs: LOCK_DURATION_MS,
        onRunFailed: (_, error) => failures.push((error as Error).message),
      },
      { queue: 'ingest', instanceId: id, maxLeases: 50, run, ...(reaches && { reaches }) },
    );
    const running = (cameraId: string) =>
      leases.find(({ lease }) => lease.cameraId === cameraId && !lease.signal.aborted)?.lease;
    const test = { id, worker, leases, failures, running };
    workers.push(test);
    await worker.start();
    return test;
  }

  async function offer(count: number, holder: TestWorker): Promise<string[]> {
    const cameraIds = Array.from({ length: count }, (_, index) => `cam-${index}`);
    for (const cameraId of cameraIds) await offers.offer('ingest', cameraId);
    await waitFor(() => holder.worker.held.length === count);
    return cameraIds;
  }

  function codeOf({ signal }: Lease): string | undefined {
    return (signal.reason as ControlError | undefined)?.code;
  }

  it('a worker that joins takes over its share, and every camera has its new picture before the old one ends', async () => {
    const old = await startWorker();
    await offer(6, old);
    const gaps: string[] = [];
    for (const { lease } of old.leases) {
      lease.signal.addEventListener('abort', () => {
        const next = joined.running(lease.cameraId);
        if (next === undefined || next.epoch <= lease.epoch) gaps.push(lease.cameraId);
      });
    }
    const joined: TestWorker = await startWorker();
    await waitFor(() => joined.worker.held.length === 3);
    expect(old.worker.held).toHaveLength(3);
    expect(new Set([...old.worker.held, ...joined.worker.held]).size).toBe(6);
    expect(gaps).toEqual([]);
    const ended = old.leases.filter(({ lease }) => lease.signal.aborted);
    expect(ended.map(({ lease }) => codeOf(lease))).toEqual(Array(3).fill('lease-handed-over'));
    // They stay where they are.
    const sinceMs = performance.now();
    await waitFor(() => performance.now() - sinceMs > 3_000);
    expect([old.leases.length, joined.leases.length]).toEqual([6, 3]);
  });

  it('two workers never hold a camera at once, by what they believe', async () => {
    const a = await startWorker();
    await offer(4, a);
    let doubles = 0;
    const watch = setInterval(() => {
      const held = workers.flatMap(({ worker }) => worker.held);
      if (new Set(held).size < held.length) doubles++;
    }, 1);
    const b = await startWorker();
    await waitFor(() => b.worker.held.length === 2);
    await a.worker.close();
    await waitFor(() => b.worker.held.length === 4);
    clearInterval(watch);
    expect(doubles).toBe(0);
  });

  it('a worker that closes hands over all its cameras before it ends', async () => {
    const closing = await startWorker();
    const cameraIds = await offer(5, closing);
    // The other worker takes cameras from now on, so some move before the close.
    const other = await startWorker();
    await waitFor(() => other.worker.held.length > 0);
    const left = closing.leases.filter(({ lease }) => !lease.signal.aborted);
    const startedAtMs = performance.now();
    await closing.worker.close();
    console.info(`close with ${left.length} cameras: ${(performance.now() - startedAtMs).toFixed(0)} ms`);
    expect(left.map(({ lease }) => codeOf(lease))).toEqual(left.map(() => 'lease-handed-over'));
    // Redis has made the successor the holder, but the message that says so may still travel between nodes of a Cluster.
    await waitFor(() => other.worker.held.length === cameraIds.length);
    expect(other.worker.held.toSorted()).toEqual(cameraIds);
    // Each camera was granted once: a lost one would have been taken a second time.
    expect(other.leases.map(({ lease }) => lease.cameraId).toSorted()).toEqual(cameraIds);
  });

  it('a worker that cannot reach what its work needs hands everything over, and gets its share when it can again', async () => {
    let isReached = true;
    const cutOff = await startWorker(undefined, () => (isReached ? Promise.resolve() : new Promise(() => undefined)));
    const cameraIds = await offer(4, cutOff);
    const other = await startWorker();
    await waitFor(() => other.worker.held.length === 2);
    isReached = false;
    await waitFor(() => other.worker.held.length === 4);
    expect(other.worker.held.toSorted()).toEqual(cameraIds);
    expect(cutOff.worker.held).toEqual([]);
    expect(cutOff.leases.map(({ lease }) => codeOf(lease))).toEqual(Array(4).fill('lease-handed-over'));
    // The unanswered check stays pending, as in a network that drops packets.
    isReached = true;
    await waitFor(() => cutOff.worker.held.length === 2 && other.worker.held.length === 2);
  });

  it('a camera that shows nothing goes back at once on close', async () => {
    const closing = await startWorker((lease) => {
      lease.markReady();
      lease.markIdle();
    });
    await offer(1, closing);
    const [first] = closing.leases;
    const other = await startWorker();
    await closing.worker.close();
    expect(codeOf(first?.lease as Lease)).toBe('lease-handed-back');
    await waitFor(() => other.worker.held.length === 1);
  });

  describe('a hand-over that does not come about', () => {
    it('leaves the camera where it is: the successor fails', async () => {
      const old = await startWorker();
      await offer(2, old);
      const joined = await startWorker((lease) => lease.markIdle());
      await waitFor(() => joined.leases.length === 1);
      joined.leases[0]?.finish(new Error('no second session'));
      await waitFor(() => joined.failures.length === 1);
      expect(joined.worker.held).toEqual([]);
      expect(old.worker.held).toHaveLength(2);
      for (const { lease } of old.leases) lease.assertCurrent();
      // The next attempt comes later, not at once.
      expect(joined.leases).toHaveLength(1);
    });

    it('leaves it where it is: the successor never gets ready', async () => {
      const old = await startWorker();
      await offer(2, old);
      const joined = await startWorker((lease) => lease.markIdle());
      await waitFor(() => joined.leases.length === 1);
      expect(joined.leases[0]?.lease.isSuccessor).toBe(true);
      await waitFor(() => joined.leases[0]?.lease.signal.aborted, { deadlineMs: 16_000 });
      expect(old.worker.held).toHaveLength(2);
      for (const { lease } of old.leases) lease.assertCurrent();
    });

    it('gives it to the successor when the old holder fails meanwhile', async () => {
      const old = await startWorker();
      await offer(2, old);
      const joined = await startWorker((lease) => lease.markIdle());
      await waitFor(() => joined.leases.length === 1);
      const [next] = joined.leases as [RunningLease];
      old.leases.find(({ lease }) => lease.cameraId === next.lease.cameraId)?.finish(new Error('camera on fire'));
      await waitFor(() => !next.lease.isSuccessor);
      next.lease.assertCurrent();
      expect(joined.worker.held).toEqual([next.lease.cameraId]);
    });

    it('ends on both sides when the camera is withdrawn', async () => {
      const old = await startWorker();
      await offer(2, old);
      const joined = await startWorker((lease) => lease.markIdle());
      await waitFor(() => joined.leases.length === 1);
      const [{ lease }] = joined.leases as [RunningLease];
      await offers.withdraw('ingest', lease.cameraId);
      await waitFor(() => lease.signal.aborted && old.worker.held.length === 1);
      expect(codeOf(lease)).toBe('lease-withdrawn');
      expect(await offers.offered('ingest')).toEqual(old.worker.held);
    });
  });
});

/** Ten times the default, so that no lock expires on a busy machine. Other suites test expiry. */
const LOCK_DURATION_MS = 15_000;
