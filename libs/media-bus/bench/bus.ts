/**
 * What the media bus costs, with publisher, reader and Redis each a process on this machine:
 *
 *   npm run bench -w libs/media-bus            all cases
 *   npm run bench -w libs/media-bus -- 25      with that many cameras in the paced cases
 *
 * `CPU` is user and system time of a process, for each message. `age` runs from publish() to the subscriber's callback.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { type AccessUnit, type JpegFrame, RedisMediaBus } from '../src/index.ts';

interface BenchCase {
  readonly name: string;
  readonly kind: 'access-unit' | 'jpeg';
  readonly bytes: number;
  readonly cameras: number;
  /** Messages a second and camera; 0 for as fast as Redis answers, 32 under way. */
  readonly rateHz: number;
}
interface Report {
  readonly messages: number;
  readonly cpuUs: number;
  readonly agesMs: readonly number[];
}

const DURATION_MS = 3_000;
const WINDOW = 32;
const rendition = { width: 0, quality: 85, framerate: 30 };
const [role, ...rest] = process.argv.slice(2);

if (role === 'publish' || role === 'read') await work(role, rest[0] as string, JSON.parse(rest[1] as string));
else await compareAll(Number(role ?? 50));

async function compareAll(cameras: number): Promise<void> {
  const redis = await startRedis();
  const cases: readonly BenchCase[] = [
    { name: 'access units 17 KB, one camera, flat out', kind: 'access-unit', bytes: 17_000, cameras: 1, rateHz: 0 },
    { name: 'JPEGs 100 KB, one rendition, flat out', kind: 'jpeg', bytes: 100_000, cameras: 1, rateHz: 0 },
    { name: `access units 17 KB, ${cameras} cameras at 30/s`, kind: 'access-unit', bytes: 17_000, cameras, rateHz: 30 },
    {
      name: `JPEGs 100 KB, ${cameras / 5} renditions at 30/s`,
      kind: 'jpeg',
      bytes: 100_000,
      cameras: cameras / 5,
      rateHz: 30,
    },
  ];
  console.log('case | messages/s | MB/s | CPU us: publisher, reader, Redis | age ms: p50, p99');
  for (const each of cases) await compare(redis, each);
  redis.child.kill();
}

async function compare(redis: { readonly port: number; readonly child: ChildProcess }, each: BenchCase): Promise<void> {
  const address = `redis://127.0.0.1:${redis.port}`;
  const reader = start('read', address, each);
  await message(reader, 'ready');
  const redisBeforeUs = cpuUs(redis.child.pid as number);
  const publisher = start('publish', address, each);
  const published = (await message(publisher, 'report')) as Report;
  reader.send('stop');
  const read = (await message(reader, 'report')) as Report;
  const redisUs = cpuUs(redis.child.pid as number) - redisBeforeUs;
  const perSecond = published.messages / (DURATION_MS / 1000);
  const ages = read.agesMs.toSorted((a, b) => a - b);
  const at = (share: number) => (ages[Math.floor((ages.length - 1) * share)] ?? Number.NaN).toFixed(1);
  const costs = [published.cpuUs / published.messages, read.cpuUs / read.messages, redisUs / published.messages];
  console.log(
    `${each.name} | ${perSecond.toFixed(0)} (${read.messages} of ${published.messages} read) | ` +
      `${((perSecond * each.bytes) / 1e6).toFixed(0)} | ${costs.map((us) => us.toFixed(0)).join(', ')} | ${at(0.5)}, ${at(0.99)}`,
  );
}

async function work(as: 'publish' | 'read', address: string, each: BenchCase): Promise<void> {
  const bus = new RedisMediaBus({ redis: address });
  const cameraIds = Array.from({ length: each.cameras }, (_, index) => `bench-${index}`);
  const agesMs: number[] = [];
  let messages = 0;
  const count = ({ arrivalTimeUs }: { readonly arrivalTimeUs: number }) => {
    messages++;
    agesMs.push((nowUs() - arrivalTimeUs) / 1000);
  };
  if (as === 'read') {
    for (const cameraId of cameraIds) {
      if (each.kind === 'jpeg') bus.subscribeJpegs(cameraId, rendition, count);
      else bus.subscribeAccessUnits(cameraId, { from: 'keyframe' }, (batch) => batch.forEach(count));
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const before = process.cpuUsage();
  if (as === 'read') {
    process.send?.(['ready']);
    await new Promise((resolve) => process.once('message', resolve));
  } else {
    const deadlineMs = performance.now() + DURATION_MS;
    const epoch = Math.floor(Date.now() / 1000);
    const senders = cameraIds.map((cameraId) => sender(bus, cameraId, epoch, each));
    const counts = await Promise.all(senders.map((send, index) => publishUntil(deadlineMs, send, each.rateHz, index)));
    messages = counts.reduce((sum, sent) => sum + sent, 0);
  }
  const { user, system } = process.cpuUsage(before);
  process.send?.(['report', { messages, cpuUs: user + system, agesMs }]);
  await bus.close();
  process.disconnect?.();
}

function sender(bus: RedisMediaBus, cameraId: string, epoch: number, { kind, bytes }: BenchCase) {
  const publisher = bus.accessUnitPublisher(cameraId, { bufferSizeBytes: 2_000_000 });
  const data = new Uint8Array(bytes);
  return (sequence: number): Promise<void> => {
    const common = {
      epoch,
      sequence,
      rtpTimeTicks: 3000 * sequence,
      arrivalTimeUs: nowUs(),
      captureTimeUs: undefined,
      data,
    };
    const size = { width: 1920, height: 1080 };
    const frame: JpegFrame = { ...common, ...size, sourceEpoch: epoch, decodeUs: 0, encodeUs: 0, reorderUs: 0 };
    if (kind === 'jpeg') return bus.publishJpeg(cameraId, rendition, frame);
    const isKeyframe = sequence % 60 === 0;
    const accessUnit: AccessUnit = {
      ...common,
      ...size,
      codec: 'h264',
      isKeyframe,
      lostPacketsBefore: 0,
      discontinuity: false,
    };
    return publisher.publish(accessUnit);
  };
}

async function publishUntil(
  deadlineMs: number,
  send: (sequence: number) => Promise<void>,
  rateHz: number,
  index: number,
) {
  const underWay = new Set<Promise<void>>();
  const startMs = performance.now() + (rateHz === 0 ? 0 : (index * 7) % (1000 / rateHz));
  let sequence = 0;
  while (performance.now() < deadlineMs) {
    const waitMs = rateHz === 0 ? 0 : startMs + (sequence * 1000) / rateHz - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const sent = send(sequence++).finally(() => underWay.delete(sent));
    underWay.add(sent);
    if (underWay.size >= WINDOW) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  return sequence;
}

function nowUs(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1000);
}

function start(as: string, address: string, each: BenchCase): ChildProcess {
  return fork(fileURLToPath(import.meta.url), [as, address, JSON.stringify(each)]);
}

async function message(child: ChildProcess, name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('a bench process ended early')));
    child.on('message', ([kind, value]: [string, unknown]) => kind === name && resolve(value));
  });
}

async function startRedis(): Promise<{ readonly port: number; readonly child: ChildProcess }> {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '']);
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject).once('exit', () => reject(new Error('redis-server has ended')));
    child.stdout.on('data', (text) => String(text).includes('Ready to accept connections') && resolve());
  });
  child.removeAllListeners('exit');
  return { port, child };
}

/** User and system time of a process on Linux, in microseconds. */
function cpuUs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}
