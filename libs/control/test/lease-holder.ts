/**
 * Takes leases, as a process for tests to stop and kill. Arguments: Redis port, queue, instance id.
 *
 * Writes `<instance id> <epoch> <asked at, µs> <what>` to the Redis list `test:<camera>`: every 5 ms that it may work, and once how each lease
 * ended. The time counts, not the position in the list: a process stopped between the check and the write notes an old truth late. The
 * fences of the media bus exist for that case. Times are of the host's monotonic clock, which all processes share.
 */

import type { LeaseQueueName } from '@oriel/model';
import { Redis } from 'ioredis';
import { ControlConnection, type Lease, RedisLeaseWorker } from '../src/index.ts';

const [port, queue, instanceId] = process.argv.slice(2) as [string, LeaseQueueName, string];
const redis = new Redis({ port: Number(port) });
const connection = new ControlConnection({ redis: { port: Number(port) } });
const worker = new RedisLeaseWorker(
  { connection, onRunFailed: (cameraId, error) => console.error(cameraId, error) },
  { queue, instanceId, maxLeases: 10, run },
);
await worker.start();
process.stdout.write('ready\n');

async function run(lease: Lease): Promise<void> {
  const note = (what: string, askedAtUs = monotonicUs()) =>
    void redis.rpush(`test:${lease.cameraId}`, `${instanceId} ${lease.epoch} ${askedAtUs} ${what}`);
  note('granted');
  lease.signal.addEventListener('abort', () => note((lease.signal.reason as { code: string }).code));
  const work = setInterval(() => {
    const askedAtUs = monotonicUs();
    try {
      lease.assertCurrent();
      note('works', askedAtUs);
    } catch {
      clearInterval(work);
    }
  }, 5);
  await new Promise((resolve) => lease.signal.addEventListener('abort', resolve));
  clearInterval(work);
}

function monotonicUs(): bigint {
  return process.hrtime.bigint() / 1_000n;
}
