/**
 * Measures how long a camera has no holder after a `kill -9` of its worker, with one other worker present. Prints each time and the mean, ms.
 * Argument: number of kills. `node --import ./test/ts-loader.mjs test/measure-take-over.ts 14`
 */
import { fileURLToPath } from 'node:url';
import { RedisServer, RunningProgram, waitFor } from '@oriel/testing';
import { Redis } from 'ioredis';
import { ControlConnection, RedisLeaseOffers, RedisLeaseWorker } from '../src/index.ts';

const kills = Number(process.argv[2] ?? 14);
const server = await RedisServer.start();
const redis = new Redis(server.url);
const connection = new ControlConnection({ redis: server.url });
const offers = new RedisLeaseOffers(connection);
const loader = fileURLToPath(new URL('./ts-loader.mjs', import.meta.url));
const program = fileURLToPath(new URL('./lease-holder.ts', import.meta.url));
const takenAfterMs: number[] = [];
for (let kill = 0; kill < kills; kill++) {
  const cameraId = `cam-${kill}`;
  const args = ['--import', loader, program, new URL(server.url).port, 'ingest', `victim-${kill}`];
  const victim = await RunningProgram.start({ command: process.execPath, args, ready: /ready/ });
  await offers.offer('ingest', cameraId);
  await waitFor(async () => (await redis.llen(`test:${cameraId}`)) > 0);
  let takenAtMs: number | undefined;
  const run = async () => {
    takenAtMs = performance.now();
  };
  const instanceId = `other-${kill}`;
  const options = { queue: 'ingest', instanceId, maxLeases: 10, run } as const;
  const worker = new RedisLeaseWorker({ connection, onRunFailed: console.error }, options);
  await worker.start();
  // Kills at a random moment between two renewals.
  await new Promise((resolve) => setTimeout(resolve, 1_000 + Math.random() * 500));
  const killedAtMs = performance.now();
  victim.signal('SIGKILL');
  takenAfterMs.push((await waitFor(() => takenAtMs, { intervalMs: 1 })) - killedAtMs);
  await victim.stop('SIGKILL');
  await worker.close();
}
const mean = takenAfterMs.reduce((sum, ms) => sum + ms, 0) / takenAfterMs.length;
const sorted = takenAfterMs.toSorted((a, b) => a - b).map((ms) => ms.toFixed(0));
process.stdout.write(`${sorted.join(' ')} mean ${mean.toFixed(0)}\n`);
await connection.close();
redis.disconnect();
await server.stop();
