/**
 * A process that takes leases, for the tests that stop and kill it. Arguments: Redis port, queue, instance id.
 * Notes in the Redis list `test:<camera>` every 5 ms what it may do, and what became of each lease, as
 * `<instance id> <epoch> <asked at, µs> <what>`. The time counts, not the place in the list: a process that is stopped
 * between the answer and the write notes late what was true before, which is what the fences of the media bus are for.
 * It is the host's monotonic clock, which processes share.
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
