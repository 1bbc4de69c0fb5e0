import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { RunningProgram, waitFor } from '@oriel/testing';
import { Redis } from 'ioredis';
import type { ControlError } from '../../control-error.ts';
import { controlKeys } from '../../keys.ts';
import { ControlConnection } from '../../redis/control-connection.ts';
import type { Lease } from '../lease.ts';
import { RedisLeaseOffers } from '../store/redis-lease-offers.ts';
import { RedisLeaseWorker } from './redis-lease-worker.ts';

const port = Number(process.env['REDIS_PORT']);

let connection: ControlConnection;
let redis: Redis;
let offers: RedisLeaseOffers;
let cameraId: string;
let errors: ControlError[];
let holders: Holder[];
let children: RunningProgram[];

beforeEach(async () => {
  errors = [];
  holders = [];
  children = [];
  cameraId = `cam-${randomUUID()}`;
  connection = new ControlConnection({ redis: { port }, onError: (error) => errors.push(error) });
  redis = new Redis({ port, maxRetriesPerRequest: null });
  await redis.flushdb();
  offers = new RedisLeaseOffers(connection);
});

afterEach(async () => {
  for (const holder of holders) holder.finishAll();
  await Promise.all(holders.map(({ worker }) => worker.close()));
  await Promise.all(children.map((child) => child.stop('SIGKILL')));
  await connection.close();
  redis.disconnect();
  expect(errors).toEqual([]);
});

describe('offers', () => {
  it('hold a camera once, whatever its id looks like', async () => {
    for (const id of [cameraId, cameraId, '7']) await offers.offer('ingest', id);
    expect((await offers.offered('ingest')).toSorted()).toEqual(['7', cameraId].toSorted());
    expect(await offers.offered('transcode')).toEqual([]);
    await offers.withdraw('ingest', '7');
    await offers.withdraw('ingest', 'never-offered');
    expect(await offers.offered('ingest')).toEqual([cameraId]);
  });

  it('name every camera that is offered, waiting or held', async () => {
    const waiting = Array.from({ length: 20 }, (_, index) => `waiting-${index}`);
    await offers.offer('ingest', cameraId);
    const holder = await startWorker({ maxLeases: 1 });
    await holder.granted();
    for (const id of waiting) await offers.offer('ingest', id);
    expect((await offers.offered('ingest')).toSorted()).toEqual([cameraId, ...waiting].toSorted());
  });

  it('refuse what is no camera id', async () => {
    await expect(offers.offer('ingest', 'a:b')).rejects.toMatchObject({ code: 'invalid' });
  });

  it('start a waiting worker at once', async () => {
    const holder = await startWorker();
    const offeredAtMs = performance.now();
    await offers.offer('ingest', cameraId);
    const lease = await holder.granted();
    console.info(`offer to run: ${(performance.now() - offeredAtMs).toFixed(1)} ms`);
    expect(lease).toMatchObject({ cameraId });
    expect(holder.worker.held).toEqual([cameraId]);
  });
});

it('what is no camera id is put away, and the next is taken', async () => {
  await redis.zadd(controlKeys.leases('ingest'), -1e13, 'Something: else');
  await offers.offer('ingest', cameraId);
  const holder = await startWorker();
  await holder.granted();
  await waitFor(async () => (await redis.zcard(controlKeys.leases('ingest'))) === 1);
  expect(errors.splice(0)).toMatchObject([{ code: 'invalid', message: 'queue ingest held what is no camera id' }]);
});

describe('a lease', () => {
  it('ends for good when its run resolves, and can be offered anew', async () => {
    const holder = await startWorker();
    await offers.offer('ingest', cameraId);
    const first = await holder.granted();
    holder.finish();
    await waitFor(async () => (await offers.offered('ingest')).length === 0);
    expect(holder.worker.held).toEqual([]);
    await offers.offer('ingest', cameraId);
    expect((await holder.granted()).epoch).toBeGreaterThan(first.epoch);
  });

  it('is offered anew after a pause when its run rejects', async () => {
    const holder = await startWorker();
    await offers.offer('ingest', cameraId);
    const first = await holder.granted();
    holder.finish(new Error('the camera is on fire'));
    await waitFor(() => holder.failures.length === 1);
    // Held during the pause, so that no other worker retries at once.
    expect(await redis.hexists(controlKeys.leaseHolders('ingest'), cameraId)).toBe(1);
    expect((await holder.granted()).epoch).toBeGreaterThan(first.epoch);
    expect(holder.failures).toEqual(['the camera is on fire']);
  });

  it('is lost within a second of its withdrawal', async () => {
    const holder = await startWorker();
    await offers.offer('ingest', cameraId);
    const lease = await holder.granted();
    const withdrawnAtMs = performance.now();
    await offers.withdraw('ingest', cameraId);
    await waitFor(() => lease.signal.aborted, { intervalMs: 1 });
    console.info(`withdraw to abort: ${(performance.now() - withdrawnAtMs).toFixed(1)} ms`);
    expect(lease.signal.reason).toMatchObject({ code: 'lease-withdrawn' });
    expect(() => lease.assertCurrent()).toThrow('was withdrawn');
    expect(await offers.offered('ingest')).toEqual([]);
  });

  it('is not taken beyond maxLeases, but as soon as there is room', async () => {
    const holder = await startWorker({ maxLeases: 1 });
    await offers.offer('ingest', cameraId);
    await holder.granted();
    const second = `cam-${randomUUID()}`;
    await offers.offer('ingest', second);
    const other = await startWorker({ maxLeases: 1 });
    expect(await other.granted()).toMatchObject({ cameraId: second });
    expect(holder.worker.held).toEqual([cameraId]);
    const third = `cam-${randomUUID()}`;
    await offers.offer('ingest', third);
    holder.finish();
    expect(await holder.granted()).toMatchObject({ cameraId: third });
  });

  it('outlives its lock duration many times', async () => {
    const holder = await startWorker();
    await offers.offer('ingest', cameraId);
    const lease = await holder.granted();
    const other = await startWorker();
    const heldUntilMs = performance.now() + 5_000;
    await waitFor(() => {
      lease.assertCurrent();
      return performance.now() > heldUntilMs;
    });
    expect(other.worker.held).toEqual([]);
  });

  it('goes to another worker at once when its holder closes, after the work has ended', async () => {
    const holder = await startWorker();
    await offers.offer('ingest', cameraId);
    const lease = await holder.granted();
    const other = await startWorker();
    const closedAtMs = performance.now();
    const closed = holder.worker.close();
    await waitFor(() => lease.signal.aborted, { intervalMs: 1 });
    expect(lease.signal.reason).toMatchObject({ code: 'lease-handed-back' });
    expect(other.worker.held).toEqual([]);
    holder.finish();
    const next = await other.granted();
    console.info(`close to the next holder's run: ${(performance.now() - closedAtMs).toFixed(1)} ms`);
    expect(next.epoch).toBeGreaterThan(lease.epoch);
    await closed;
  });
});

describe('a holder in trouble', () => {
  it('kill -9: another worker has the lease about two seconds later', async () => {
    const victim = await startChild('victim');
    await offers.offer('ingest', cameraId);
    await noted('victim', 'works');
    const other = await startWorker();
    const killedAtMs = performance.now();
    victim.signal('SIGKILL');
    await other.granted();
    console.info(`kill -9 to the next holder's run: ${(performance.now() - killedAtMs).toFixed(0)} ms`);
  });

  it('SIGSTOP for 4 s: does nothing more with the lease it lost', async () => {
    const paused = await startChild('paused');
    await offers.offer('ingest', cameraId);
    await noted('paused', 'works');
    await startChild('other');
    paused.signal('SIGSTOP');
    const stoppedAtMs = performance.now();
    await noted('other', 'works');
    await waitFor(() => performance.now() - stoppedAtMs > 4_000);
    paused.signal('SIGCONT');
    await noted('paused', 'lease-lost');
    const notes = await notesOfHolders();
    const works = (name: string) => notes.filter(({ who, what }) => who === name && what === 'works');
    const handedOverAtUs = Math.min(...works('other').map(({ askedAtUs }) => askedAtUs));
    expect(works('paused').filter(({ askedAtUs }) => askedAtUs >= handedOverAtUs)).toEqual([]);
    const epochs = (name: string) => new Set(notes.filter(({ who }) => who === name).map(({ epoch }) => epoch));
    expect([...epochs('other')]).toHaveLength(1);
    expect(Math.max(...epochs('other'))).toBeGreaterThan(Math.max(...epochs('paused')));
  });
});

interface Holder {
  readonly worker: RedisLeaseWorker;
  readonly failures: string[];
  /** Returns the next granted lease that has not been returned yet. */
  granted(): Promise<Lease>;
  /** Ends the oldest run. */
  finish(error?: Error): void;
  /** Ends all runs, and each later run as soon as it starts. */
  finishAll(): void;
}

async function startWorker({ maxLeases = 10 } = {}): Promise<Holder> {
  const grants: Lease[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const failures: string[] = [];
  let isOver = false;
  const worker = new RedisLeaseWorker(
    { connection, onRunFailed: (_, error) => failures.push((error as Error).message) },
    {
      queue: 'ingest',
      instanceId: randomUUID(),
      maxLeases,
      run: (lease) =>
        new Promise((resolve, reject) => {
          grants.push(lease);
          ends.push((error) => (error ? reject(error) : resolve()));
          if (isOver) resolve();
        }),
    },
  );
  const holder: Holder = {
    worker,
    failures,
    granted: async () => {
      await waitFor(() => grants.length > 0, { intervalMs: 1 });
      return grants.shift() as Lease;
    },
    finish: (error) => ends.shift()?.(error),
    finishAll: () => {
      isOver = true;
      for (const end of ends) end();
    },
  };
  holders.push(holder);
  await worker.start();
  return holder;
}

async function startChild(instanceId: string): Promise<RunningProgram> {
  const loader = fileURLToPath(new URL('../../../test/ts-loader.mjs', import.meta.url));
  const program = fileURLToPath(new URL('../../../test/lease-holder.ts', import.meta.url));
  const args = ['--import', loader, program, String(port), 'ingest', instanceId];
  const child = await RunningProgram.start({ command: process.execPath, args, ready: /ready/ });
  children.push(child);
  return child;
}

interface HolderNote {
  readonly who: string;
  readonly epoch: number;
  readonly askedAtUs: number;
  readonly what: string;
}

/** Notes of test/lease-holder.ts about the camera. */
async function notesOfHolders(): Promise<readonly HolderNote[]> {
  return (await redis.lrange(`test:${cameraId}`, 0, -1)).map((note) => {
    const [who, epoch, askedAtUs, what] = note.split(' ') as [string, string, string, string];
    return { who, epoch: Number(epoch), askedAtUs: Number(askedAtUs), what };
  });
}

async function noted(instanceId: string, what: string): Promise<void> {
  await waitFor(async () => (await notesOfHolders()).some((note) => note.who === instanceId && note.what === what));
}
