/**
 * How many viewers one gateway core holds: 720p-sized JPEGs of 60 KB at 30 frames/s to N Socket.IO viewers over WebSocket.
 *
 *   npm run bench -- --viewers 20,50,100 --seconds 8
 *
 * Prints, per N: frames a second that each viewer got, the gateway's CPU in cores and per frame sent, frame age at the
 * viewer (p50, p99), and the viewers one core would hold at this cost. Gateway, publisher, Redis and viewers are processes of
 * their own on this machine, so only the gateway's CPU time means something, not the wall clock.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { RedisMediaBus } from '@oriel/media-bus';
import { JpegSource, jpegOf } from '../test/jpeg-source.ts';
import { newCameraId } from '../test/running-gateway.ts';
import { child, message, startRedis } from './children.ts';

const { values } = parseArgs({
  options: {
    viewers: { type: 'string', default: '10,50' },
    seconds: { type: 'string', default: '6' },
    bytes: { type: 'string', default: '60000' },
    fps: { type: 'string', default: '30' },
  },
});
const seconds = Number(values.seconds);
const fps = Number(values.fps);
const VIEWERS_PER_PROCESS = 50;

export interface ViewerReport {
  readonly frames: number;
  readonly skipped: number;
  readonly agesMs: readonly number[];
}

const redis = await startRedis();
const cameraId = newCameraId();
const gateway = child('gateway-process.ts', { REDIS_PORT: String(redis.port), CAMERA_ID: cameraId });
const url = await message<string>(gateway);
const bus = new RedisMediaBus({ redis: { host: '127.0.0.1', port: redis.port } });
const source = new JpegSource(bus, cameraId);
const data = jpegOf(Number(values.bytes));
const publishing = setInterval(() => void source.publish({ data }), 1000 / fps);

console.log('viewers  frames/s/viewer  skipped  gateway cores  µs/frame  age p50/p99 ms  viewers/core');
for (const viewers of values.viewers.split(',').map(Number)) await measure(viewers);

clearInterval(publishing);
gateway.kill();
await bus.close();
await redis.stop();

async function measure(viewers: number): Promise<void> {
  const processes: ChildProcess[] = [];
  for (let left = viewers; left > 0; left -= VIEWERS_PER_PROCESS) {
    const count = Math.min(left, VIEWERS_PER_PROCESS);
    processes.push(child('viewer-process.ts', { URL: url, CAMERA_ID: cameraId, COUNT: String(count) }));
  }
  await Promise.all(processes.map((viewer) => message(viewer)));
  await delay(1_500);
  for (const process of processes) process.send('reset');
  const before = await cpuSeconds();
  const startedAtMs = performance.now();
  await delay(seconds * 1_000);
  const after = await cpuSeconds();
  const elapsedSeconds = (performance.now() - startedAtMs) / 1_000;
  const reports = await Promise.all(
    processes.map((viewer) => {
      viewer.send('report');
      return message<ViewerReport>(viewer);
    }),
  );
  for (const viewer of processes) viewer.kill();
  await Promise.all(processes.map((viewer) => once(viewer, 'exit')));

  const frames = reports.reduce((sum, report) => sum + report.frames, 0);
  const skipped = reports.reduce((sum, report) => sum + report.skipped, 0);
  const agesMs = reports.flatMap((report) => report.agesMs).sort((a, b) => a - b);
  const cores = (after - before) / elapsedSeconds;
  const age = (quantile: number) => agesMs[Math.floor(agesMs.length * quantile)]?.toFixed(0);
  console.log(
    [
      String(viewers).padStart(7),
      (frames / viewers / elapsedSeconds).toFixed(1).padStart(16),
      String(skipped).padStart(8),
      cores.toFixed(3).padStart(14),
      (((after - before) / frames) * 1e6).toFixed(0).padStart(9),
      `${age(0.5)}/${age(0.99)}`.padStart(15),
      (frames / elapsedSeconds / fps / cores).toFixed(0).padStart(13),
    ].join(' '),
  );
}

async function cpuSeconds(): Promise<number> {
  gateway.send('cpu');
  return message<number>(gateway);
}
