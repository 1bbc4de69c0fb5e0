/** kill -9 of a lease's holder to the next holder's run; prints each and the mean. Argument: kills. */
import { fileURLToPath } from 'node:url';
import { RedisServer, RunningProgram } from '@oriel/testing';
import { Redis } from 'ioredis';
import { ControlConnection, RedisLeaseWorker as LeaseWorker, RedisLeaseOffers as Offers } from '../src/index.ts';

const kills = Number(process.argv[2] ?? 12);
const server = await RedisServer.start();
const port = new URL(server.url).port;
const connection = new ControlConnection({ redis: server.url });
const redis = new Redis(server.url);
const offers = new Offers(connection);
const loader = fileURLToPath(new URL('./ts-loader.mjs', import.meta.url));
const program = fileURLToPath(new URL('./lease-holder.ts', import.meta.url));
const all: number[] = [];
for (let index = 0; index < kills; index++) {
  const args = ['--import', loader, program, port, 'ingest', `victim-${index}`];
  const victim = await RunningProgram.start({ command: process.execPath, args, ready: /ready/ });
  await offers.offer('ingest', `cam-${index}`);
  while ((await redis.llen(`test:cam-${index}`)) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  let atMs = 0;
  let granted: () => void = () => undefined;
  const next = new Promise<void>((resolve) => {
    granted = resolve;
  });
  const worker = new LeaseWorker(
    { connection, onRunFailed: console.error },
    {
      queue: 'ingest',
      instanceId: `other-${index}`,
      maxLeases: 10,
      capacityCores: 4,
      run: async (lease) => {
        if (atMs === 0) console.log('EARLY', lease.isSuccessor);
        granted();
      },
    },
  );
  await worker.start();
  await new Promise((resolve) => setTimeout(resolve, 1_000 + Math.random() * 500));
  atMs = performance.now();
  victim.signal('SIGKILL');
  await next;
  all.push(performance.now() - atMs);
  await victim.stop('SIGKILL');
  await worker.close();
}
all.sort((a, b) => a - b);
console.log(all.map((ms) => ms.toFixed(0)).join(' '), 'mean', (all.reduce((a, b) => a + b) / all.length).toFixed(0));
await connection.close();
redis.disconnect();
await server.stop();
