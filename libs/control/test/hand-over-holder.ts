/**
 * Holds leases and hands them over, as a process for tests to kill. Arguments: Redis URL, instance id, milliseconds from the start of a lease
 * to its first output. Writes `<instance> <camera> <epoch> <what>` to the Redis list `test:notes`.
 */
import { Redis } from 'ioredis';
import { ControlConnection, type Lease, RedisLeaseWorker } from '../src/index.ts';

const [address, instanceId, readyAfterMs] = process.argv.slice(2) as [string, string, string];
const redis = new Redis(address);
const connection = new ControlConnection({ redis: address });
const worker = new RedisLeaseWorker(
  { connection, onRunFailed: (cameraId, error) => console.error(cameraId, error) },
  { queue: 'transcode', instanceId, maxLeases: 10, run },
);
await worker.start();
process.stdout.write('ready\n');

async function run(lease: Lease): Promise<void> {
  const note = (what: string) =>
    void redis.rpush('test:notes', `${instanceId} ${lease.cameraId} ${lease.epoch} ${what}`);
  note(lease.isSuccessor ? 'succeeds' : 'granted');
  lease.reportCost(0.5);
  const output = setTimeout(() => {
    note('output');
    lease.markReady();
  }, Number(readyAfterMs));
  const work = setInterval(() => {
    try {
      lease.assertCurrent();
      if (!lease.isSuccessor) note('owns');
    } catch {
      clearInterval(work);
    }
  }, 5);
  await new Promise((resolve) => lease.signal.addEventListener('abort', resolve));
  note((lease.signal.reason as { code: string }).code);
  clearTimeout(output);
  clearInterval(work);
}
