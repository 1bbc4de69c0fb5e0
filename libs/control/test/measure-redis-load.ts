/**
 * Measures how busy Redis and the workers are when they only hold leases. Writes JSON. Arguments: workers, leases, seconds.
 * `node --import ./test/ts-loader.mjs test/measure-redis-load.ts 8 500 10`
 */
import { RedisServer } from '@oriel/testing';
import { Redis } from 'ioredis';
import { ControlConnection, type Lease, RedisLeaseOffers, RedisLeaseWorker } from '../src/index.ts';

const [workers, leases, seconds] = process.argv.slice(2).map(Number) as [number, number, number];
const server = await RedisServer.start();
const redis = new Redis(server.url);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void server.stop().finally(() => process.exit(1)));
}
const connections = Array.from({ length: workers }, () => new ControlConnection({ redis: server.url }));
const run = (lease: Lease) => {
  lease.markReady();
  lease.reportCost(0.01);
  return new Promise<void>((resolve) => lease.signal.addEventListener('abort', () => resolve()));
};
const all = connections.map(
  (connection, index) =>
    new RedisLeaseWorker(
      { connection, onRunFailed: console.error },
      { queue: 'transcode', instanceId: `w${index}`, maxLeases: 1_000, run },
    ),
);
const offers = new RedisLeaseOffers(connections[0] as ControlConnection);
await Promise.all(all.map((worker) => worker.start()));
for (let index = 0; index < leases; index++) await offers.offer('transcode', `cam-${index}`);
const held = () => all.reduce((sum, worker) => sum + worker.held.length, 0);
while (held() < leases) await new Promise((resolve) => setTimeout(resolve, 50));
await new Promise((resolve) => setTimeout(resolve, 3_000));

const before = await usage();
const cpuBefore = process.cpuUsage();
await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
const cpu = process.cpuUsage(cpuBefore);
const after = await usage();
const result = {
  workers,
  leases,
  workersCores: (cpu.user + cpu.system) / 1e6 / seconds,
  cores: (after.cpuS - before.cpuS) / seconds,
  commandsPerSecond: (after.commands - before.commands) / seconds,
  inBytesPerSecond: (after.inBytes - before.inBytes) / seconds,
  outBytesPerSecond: (after.outBytes - before.outBytes) / seconds,
  spread: all.map((worker) => worker.held.length).join(' '),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exitCode = held() === leases ? 0 : 1;
await Promise.all(all.map((worker) => worker.close()));
await Promise.all(connections.map((connection) => connection.close()));
redis.disconnect();
await server.stop();

async function usage() {
  const info = await redis.info();
  const field = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1] ?? 0);
  return {
    cpuS: field('used_cpu_user') + field('used_cpu_sys'),
    commands: field('total_commands_processed'),
    inBytes: field('total_net_input_bytes'),
    outBytes: field('total_net_output_bytes'),
  };
}
