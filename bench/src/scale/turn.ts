/** What everything did and took while a stage stood as it was. */
import { setTimeout as delay } from 'node:timers/promises';
import { SERVICE_NAMES, type ServiceName } from '@oriel/model';
import { loadOfMachine } from '../measure/machine.ts';
import { takeSnapshot, type UsageSnapshot, usageBetween } from '../measure/process-usage.ts';
import { type RedisCounters, type RedisRates, readRedis, redisRatesBetween } from '../measure/redis-usage.ts';
import { metricIn, readMetrics } from '../measure/service-metrics.ts';
import type { Counts, Stage } from './stage.ts';

/** The Redis servers count their own. */
export type Part = ServiceName | 'camera' | 'viewers';

/** What the services themselves count, a second, all processes together. */
export interface WorkRates {
  readonly accessUnits: number;
  readonly ingestedMegabits: number;
  readonly decodedFrames: number;
  readonly encodedFrames: number;
  readonly encodedMegabits: number;
  readonly sentFrames: number;
  readonly sentMegabits: number;
}

export interface Turn {
  readonly what: string;
  readonly counts: Counts;
  readonly cameras: number;
  readonly watchedCameras: number;
  readonly seconds: number;
  /** Cores in use, all processes of a part together. */
  readonly cores: Readonly<Record<Part, number>>;
  readonly coresByProcess: Readonly<Record<string, number>>;
  readonly work: WorkRates;
  /** Of one picture. */
  readonly decodedPixels: number;
  readonly encodedPixels: number;
  readonly control: RedisRates;
  readonly media: RedisRates;
  readonly load: number;
  /** Cores that were busy with something else than this bench. */
  readonly foreignCores: number;
}

export interface TurnOptions {
  readonly what: string;
  readonly watchedCameras: number;
  /** Of one JPEG. */
  readonly encodedPixels: number;
  readonly durationMs: number;
  /** Pids by name of what belongs to the bench: `viewers-1`, `awake-1`. */
  readonly others: ReadonlyMap<string, number>;
}

const COUNTERS = {
  accessUnits: ['ingest', 'oriel_ingest_access_units_total'],
  ingestedBytes: ['ingest', 'oriel_ingest_bytes_total'],
  decodedFrames: ['transcoder', 'oriel_transcoder_decoded_frames_total'],
  encodedFrames: ['transcoder', 'oriel_transcoder_encoded_frames_total'],
  encodedBytes: ['transcoder', 'oriel_transcoder_jpeg_bytes_total'],
  sentFrames: ['gateway', 'oriel_gateway_frames_sent_total'],
  sentBytes: ['gateway', 'oriel_gateway_frame_bytes_sent_total'],
} as const satisfies Record<string, readonly [ServiceName, string]>;

type Counters = Readonly<Record<keyof typeof COUNTERS, number>>;

interface Reading {
  readonly usage: UsageSnapshot;
  readonly counters: Counters;
  readonly control: RedisCounters;
  readonly media: RedisCounters;
}

export async function takeTurn(stage: Stage, options: TurnOptions): Promise<Turn> {
  const { camera, cameras, signal } = stage.options;
  const { what, watchedCameras, encodedPixels, durationMs, others } = options;
  const pids = new Map([...stage.pids(), ['camera', stage.cameraPid], ['bench', process.pid], ...others]);
  const before = await read(stage, pids);
  await delay(durationMs, undefined, { signal });
  const after = await read(stage, pids);
  const seconds = (after.usage.atMs - before.usage.atMs) / 1000;
  const usage = usageBetween(before.usage, after.usage);
  const ours = Object.values(usage.cores).reduce((sum, value) => sum + value, 0);
  return {
    what,
    counts: stage.counts,
    cameras,
    watchedCameras,
    seconds,
    cores: coresByPart(usage.cores),
    coresByProcess: usage.cores,
    work: workBetween(before.counters, after.counters, seconds),
    decodedPixels: camera.width * camera.height,
    encodedPixels,
    control: redisRatesBetween(before.control, after.control, seconds),
    media: redisRatesBetween(before.media, after.media, seconds),
    load: loadOfMachine(),
    foreignCores: Math.max(0, usage.machineCores - ours),
  };
}

/** Counters and CPU time are read within milliseconds of each other, the time of the CPU time counts. */
async function read(stage: Stage, pids: ReadonlyMap<string, number>): Promise<Reading> {
  const { controlRedis, mediaRedis } = stage.stack;
  const [counters, control, media] = await Promise.all([
    readCounters(stage),
    readRedis(controlRedis.url),
    readRedis(mediaRedis.url),
  ]);
  return { usage: takeSnapshot(pids), counters, control, media };
}

async function readCounters(stage: Stage): Promise<Counters> {
  const texts = new Map<ServiceName, readonly string[]>();
  for (const kind of SERVICE_NAMES) {
    const urls = stage.namesOf(kind).map((name) => stage.stack.process(name).healthUrl ?? '');
    texts.set(kind, await Promise.all(urls.map(readMetrics)));
  }
  const entries = Object.entries(COUNTERS).map(([name, [kind, metric]]) => {
    const total = (texts.get(kind) ?? []).reduce((sum, text) => sum + metricIn(text, metric), 0);
    return [name, total] as const;
  });
  return Object.fromEntries(entries) as unknown as Counters;
}

function workBetween(before: Counters, after: Counters, seconds: number): WorkRates {
  const rate = (name: keyof Counters) => (after[name] - before[name]) / seconds;
  const megabits = (name: keyof Counters) => (rate(name) * 8) / 1e6;
  return {
    accessUnits: rate('accessUnits'),
    ingestedMegabits: megabits('ingestedBytes'),
    decodedFrames: rate('decodedFrames'),
    encodedFrames: rate('encodedFrames'),
    encodedMegabits: megabits('encodedBytes'),
    sentFrames: rate('sentFrames'),
    sentMegabits: megabits('sentBytes'),
  };
}

/** `transcoder-3` is part of the transcoders, `viewers-1` of the viewers. */
function coresByPart(cores: Readonly<Record<string, number>>): Readonly<Record<Part, number>> {
  const parts: Part[] = [...SERVICE_NAMES, 'camera', 'viewers'];
  const sumOf = (part: Part) =>
    Object.entries(cores).reduce((sum, [name, value]) => sum + (name.replace(/-\d+$/, '') === part ? value : 0), 0);
  return Object.fromEntries(parts.map((part) => [part, sumOf(part)])) as Record<Part, number>;
}
