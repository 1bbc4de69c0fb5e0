import type { PictureTimes } from '../children/picture-recorder.ts';
import { type Distribution, distributionOf } from '../measure/distribution.ts';
import type { Reader } from './readers.ts';
import type { Turn } from './take-turn.ts';

export interface FrameAgeResult {
  readonly size: string;
  readonly picture: 'plain' | 'noisy';
  readonly readers: readonly ReaderResult[];
  readonly stages: StageTimes;
  /** Cores that all of Oriel takes while nobody watches, which is while ffmpeg is measured. */
  readonly orielIdleCores: number;
  readonly cameraCores: number;
}

export interface ReaderResult {
  readonly reader: string;
  readonly command: string | undefined;
  /** From drawing in the camera to the last byte at the reader, ms; each picture once. */
  readonly ageMs: Distribution;
  /** JPEGs that show a picture for the first time. */
  readonly frames: number;
  readonly framesPerSecond: number;
  /** What the camera really sent meanwhile, as ingest counted it: on a busy machine less than 30. */
  readonly cameraFramesPerSecond: number;
  /** As the gateway told; undefined of ffmpeg, which does not. */
  readonly skipped: number | undefined;
  /** JPEGs of a picture that had come before, and those without a readable barcode; neither counts as a frame. */
  readonly repeated: number;
  readonly unreadable: number;
  readonly meanJpegBytes: number;
  readonly cpuMsPerFrame: number;
  readonly cores: Readonly<Record<string, number>>;
  readonly memoryBytes: number;
  /** At the beginning of each turn: from the start of ffmpeg, or from `watch` on a connected socket. */
  readonly firstPictureMs: readonly number[];
  readonly loads: readonly number[];
  /** Cores that were busy with something else than this bench, mean. */
  readonly foreignCores: number;
}

/** Where the time of Oriel's pictures goes: medians, but decode and encode, which are means by the transcoder's metrics. */
export interface StageTimes {
  /** In the camera (drawing, encoding, sending) and on the way, until the last packet is at ingest. */
  readonly cameraMs: number;
  /** Ingest, twice through Redis, transcoder and gateway, until the frame is handed to the socket; decode and encode are part of it. */
  readonly servicesMs: number;
  readonly decodeMs: number;
  readonly encodeMs: number;
  /** Until the viewer has it. */
  readonly deliveryMs: number;
}

export function readerResult(reader: Reader, turns: readonly Turn[]): ReaderResult {
  const pictures = turns.flatMap(({ read }) => read.pictures);
  const frames = pictures.length;
  const durationMs = sum(turns.map(({ recording }) => recording.durationMs));
  const names = Object.keys(turns[0]?.usage.cores ?? {});
  return {
    reader: reader.name,
    command: reader.command,
    ageMs: distributionOf(agesMs(pictures)),
    frames,
    framesPerSecond: (frames / durationMs) * 1000,
    cameraFramesPerSecond: (sum(turns.map(({ cameraPictures }) => cameraPictures)) / durationMs) * 1000,
    skipped: reader.command === undefined ? sum(turns.map(({ recording }) => recording.skipped)) : undefined,
    repeated: sum(turns.map(({ read }) => read.repeated)),
    unreadable: sum(turns.map(({ read }) => read.unreadable)),
    meanJpegBytes:
      sum(turns.map(({ recording }) => recording.bytes)) / sum(turns.map(({ recording }) => recording.frames)),
    cpuMsPerFrame: sum(turns.map(({ usage }) => usage.cpuMs)) / frames,
    cores: Object.fromEntries(names.map((name) => [name, mean(turns.map(({ usage }) => usage.cores[name] ?? 0))])),
    memoryBytes: Math.max(...turns.map(({ usage }) => usage.memoryBytes)),
    firstPictureMs: turns.map(({ firstPictureMs }) => firstPictureMs),
    loads: turns.map(({ load }) => load),
    foreignCores: mean(turns.map(foreignCores)),
  };
}

export function stageTimes(turns: readonly Turn[]): StageTimes {
  const pictures = turns.flatMap(({ read }) => read.pictures);
  const median = (spanMs: (times: Required<PictureTimes>) => number) =>
    distributionOf(pictures.filter(hasAllTimes).map(spanMs)).p50;
  return {
    cameraMs: median(({ drawnAtMs, receivedAtMs }) => receivedAtMs - drawnAtMs),
    servicesMs: median(({ receivedAtMs, sentAtMs }) => sentAtMs - receivedAtMs),
    decodeMs: mean(turns.map(({ decodeMs }) => decodeMs)),
    encodeMs: mean(turns.map(({ encodeMs }) => encodeMs)),
    deliveryMs: median(({ sentAtMs, arrivedAtMs }) => arrivedAtMs - sentAtMs),
  };
}

export function agesMs(pictures: readonly PictureTimes[]): number[] {
  return pictures.map(({ drawnAtMs, arrivedAtMs }) => arrivedAtMs - drawnAtMs);
}

/** Of the services and both Redis. */
export function orielCores({ besides }: Turn): number {
  return sum(Object.entries(besides.cores).map(([name, cores]) => (OTHERS.has(name) ? 0 : cores)));
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

const OTHERS: ReadonlySet<string> = new Set(['camera', 'recorder']);

/** What no process of the bench accounts for; a bystander may also be part of the reader. */
function foreignCores({ usage, besides }: Turn): number {
  const ours = { ...besides.cores, ...usage.cores };
  return Math.max(0, besides.machineCores - sum(Object.values(ours)));
}

function hasAllTimes(times: PictureTimes): times is Required<PictureTimes> {
  return times.receivedAtMs !== undefined && times.sentAtMs !== undefined;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
