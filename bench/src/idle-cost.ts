/** What Oriel takes while cameras send and nobody watches: CPU time of every process, and commands to both Redis servers. */
import { setTimeout as delay } from 'node:timers/promises';
import { loadOfMachine } from './measure/machine.ts';
import { takeSnapshot, type UsageSnapshot, usageBetween } from './measure/process-usage.ts';
import { type RedisCounters, readRedis, redisRatesBetween } from './measure/redis-usage.ts';
import { metricIn, readMetrics } from './measure/service-metrics.ts';
import { FRAMES_PER_SECOND, SIZE_720P } from './running-oriel.ts';
import { Stage } from './scale/stage.ts';

export interface IdleCostOptions {
  readonly cameras: number;
  /** RTSP address that all cameras are read from; undefined for the simulator, one rhythm a camera. */
  readonly cameraUrl: string | undefined;
  /** All turns together. */
  readonly seconds: number;
  readonly turns: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface IdleCostResult {
  readonly cameras: number;
  readonly cameraUrl: string | undefined;
  readonly turns: readonly IdleTurn[];
}

/** Cores in use by process, and rates, over one turn. */
export interface IdleTurn {
  readonly seconds: number;
  readonly cores: Readonly<Record<string, number>>;
  readonly controlCommandsPerSecond: number;
  readonly mediaCommandsPerSecond: number;
  /** Of all cameras together. */
  readonly megabitsPerSecond: number;
  readonly picturesPerSecond: number;
  readonly load: number;
}

const BITRATE_BPS = 4_000_000;
/** Until V8 has compiled what runs, which 30 pictures a second take a while to tell it: after 15 s it is still half as much again. */
const SETTLE_MS = 60_000;

export function measureIdleCost(options: IdleCostOptions): Promise<IdleCostResult> {
  const { cameras, cameraUrl, seconds, turns, signal, say } = options;
  const camera = {
    name: 'BENCH',
    width: SIZE_720P.width,
    height: SIZE_720P.height,
    framerate: FRAMES_PER_SECOND,
    bitrateBps: BITRATE_BPS,
    source: { type: 'pre-encoded' as const },
  };
  const counts = { ingest: 1, transcoder: 1, gateway: 1 };
  return Stage.play({ cameras, rhythms: cameras, camera, cameraUrl, quality: 85, counts, signal }, async (stage) => {
    await delay(SETTLE_MS, undefined, { signal });
    const taken: IdleTurn[] = [];
    while (taken.length < turns) {
      const turn = await takeTurn(stage, (seconds / turns) * 1000);
      taken.push(turn);
      const total = Object.values(turn.cores).reduce((sum, cores) => sum + cores, 0);
      say(`${cameras} idle: ${(total * 100).toFixed(2)} % of a core (load ${turn.load.toFixed(1)})`);
    }
    return { cameras, cameraUrl, turns: taken };
  });
}

interface Reading {
  readonly usage: UsageSnapshot;
  readonly control: RedisCounters;
  readonly media: RedisCounters;
  readonly ingest: string;
}

async function takeTurn(stage: Stage, durationMs: number): Promise<IdleTurn> {
  const { signal } = stage.options;
  const before = await readFirst(stage);
  await delay(durationMs, undefined, { signal });
  const after = await readLast(stage);
  const seconds = (after.usage.atMs - before.usage.atMs) / 1000;
  const grown = (name: string) => metricIn(after.ingest, name) - metricIn(before.ingest, name);
  return {
    seconds,
    cores: usageBetween(before.usage, after.usage).cores,
    controlCommandsPerSecond: redisRatesBetween(before.control, after.control, seconds).commandsPerSecond,
    mediaCommandsPerSecond: redisRatesBetween(before.media, after.media, seconds).commandsPerSecond,
    megabitsPerSecond: (grown('oriel_ingest_bytes_total') * 8) / 1e6 / seconds,
    picturesPerSecond: grown('oriel_ingest_access_units_total') / seconds,
    load: loadOfMachine(),
  };
}

/** What asking costs those who are asked stays outside of the turn. */
async function readFirst(stage: Stage): Promise<Reading> {
  const answers = await ask(stage);
  return { ...answers, usage: takeSnapshot(stage.pids()) };
}

async function readLast(stage: Stage): Promise<Reading> {
  const usage = takeSnapshot(stage.pids());
  return { usage, ...(await ask(stage)) };
}

async function ask(stage: Stage): Promise<Omit<Reading, 'usage'>> {
  const { stack } = stage;
  const [control, media, ingest] = await Promise.all([
    readRedis(stack.controlRedis.url),
    readRedis(stack.mediaRedis.url),
    readMetrics(stack.process('ingest-1').healthUrl ?? ''),
  ]);
  return { control, media, ingest };
}
