/**
 * What a stranger can do to somebody else's picture: one viewer watches a camera of 30 frames/s, and a process sends what `attacks.ts`
 * says, for as long as asked. Gateway, publisher, Redis, viewer and stranger are processes of their own.
 *
 *   npm run flood -w services/gateway -- --attacks requests,websocket-pings --seconds 60
 *
 * Prints the viewer's rate and the age of its pictures without and with the attack, the gateway's memory, and its processor time.
 */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { RedisMediaBus } from '@oriel/media-bus';
import { ATTACKS } from '../test/attacks.ts';
import { JpegSource, jpegOf } from '../test/jpeg-source.ts';
import { newCameraId } from '../test/running-gateway.ts';
import { ask, child, end, message, startRedis } from './children.ts';

const { values } = parseArgs({
  options: {
    attacks: { type: 'string', default: Object.keys(ATTACKS).join(',') },
    seconds: { type: 'string', default: '20' },
    quiet: { type: 'string', default: '10' },
  },
});
const FPS = 30;
const PICTURE_BYTES = 60_000;
const SETTLE_MS = 2_000;

interface ViewerReport {
  readonly frames: number;
  readonly agesMs: readonly number[];
}

const redis = await startRedis();
const cameraId = newCameraId();
const bus = new RedisMediaBus({ redis: { host: '127.0.0.1', port: redis.port } });
const source = new JpegSource(bus, cameraId);
const data = jpegOf(PICTURE_BYTES);
const publishing = setInterval(() => void source.publish({ data }), 1000 / FPS);

console.log(
  'attack              frames/s        age p50/p95/max ms      RSS MB (from, most)  cores  sent/s   lines tried/opened',
);
for (const attack of values.attacks.split(',')) await measure(attack);

clearInterval(publishing);
await bus.close();
await redis.stop();

async function measure(attack: string): Promise<void> {
  const gateway = child('gateway-process.ts', { REDIS_PORT: String(redis.port), CAMERA_ID: cameraId });
  const url = await message<string>(gateway);
  const viewer = child('viewer-process.ts', { URL: url, CAMERA_ID: cameraId, COUNT: '1' });
  await message(viewer);
  await delay(SETTLE_MS);
  const quiet = await watch(gateway, viewer, Number(values.quiet));
  const stranger = child('flood-process.ts', { URL: url, CAMERA_ID: cameraId, ATTACK: attack });
  await message(stranger);
  const flooded = await watch(gateway, viewer, Number(values.seconds));
  const counts = await ask<{ sent: number; connections: number; opened: number }>(stranger, 'counts');
  await end(stranger);
  await end(viewer);
  await end(gateway);
  console.log(
    [
      attack.padEnd(18),
      `${quiet.rate.toFixed(1)} → ${flooded.rate.toFixed(1)}`.padEnd(14),
      `${quiet.ages} → ${flooded.ages}`.padEnd(22),
      `${quiet.rssMb} → ${flooded.rssMb}`.padEnd(19),
      flooded.cores.toFixed(2).padEnd(6),
      String(Math.round(counts.sent / Number(values.seconds))).padEnd(8),
      `${counts.connections}/${counts.opened}`,
    ].join('  '),
  );
}

async function watch(gateway: ChildProcess, viewer: ChildProcess, seconds: number) {
  viewer.send('reset');
  const before = await ask<number>(gateway, 'cpu');
  const startedAtMs = performance.now();
  let rssMb = 0;
  while (performance.now() - startedAtMs < seconds * 1_000) {
    await delay(500);
    rssMb = Math.max(rssMb, Math.round((await ask<number>(gateway, 'rss')) / 1e6));
  }
  const elapsedSeconds = (performance.now() - startedAtMs) / 1_000;
  const cores = ((await ask<number>(gateway, 'cpu')) - before) / elapsedSeconds;
  const { frames, agesMs } = await ask<ViewerReport>(viewer, 'report');
  const sorted = [...agesMs].sort((a, b) => a - b);
  const age = (quantile: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))]?.toFixed(0);
  return { rate: frames / elapsedSeconds, ages: `${age(0.5)}/${age(0.95)}/${age(1)}`, rssMb, cores };
}
