/**
 * How old a picture is when a viewer has it, how many come, and what each costs. Oriel and the others read the same camera in
 * turns, in an order that changes: side by side they would take the cores from each other.
 */
import type { FfmpegMethods } from '../children/ffmpeg-process.ts';
import type { Go2rtcMethods } from '../children/go2rtc-process.ts';
import { RemoteProcess } from '../children/remote-process.ts';
import type { ViewerMethods } from '../children/viewer-process.ts';
import { distributionOf } from '../measure/distribution.ts';
import { type PictureSize, type RunningOriel, withOriel } from '../running-oriel.ts';
import { FFMPEG_VARIANTS, ffmpegReader, go2rtcReader, orielReader, type Reader } from './readers.ts';
import { agesMs, type FrameAgeResult, mean, orielCores, readerResult, stageTimes } from './result.ts';
import { type Turn, takeTurn } from './take-turn.ts';

export interface FrameAgeOptions {
  readonly size: PictureSize;
  readonly noise: boolean;
  /** Of each reader, all turns together. */
  readonly seconds: number;
  readonly turns: number;
  /** Path of a go2rtc program to measure as well. */
  readonly go2rtc: string | undefined;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export function measureFrameAge(options: FrameAgeOptions): Promise<FrameAgeResult> {
  return withOriel(options, async (oriel) => {
    const viewer = new RemoteProcess<ViewerMethods>('viewer-process', options.signal);
    const ffmpeg = new RemoteProcess<FfmpegMethods>('ffmpeg-process', options.signal);
    const go2rtc =
      options.go2rtc === undefined ? undefined : new RemoteProcess<Go2rtcMethods>('go2rtc-process', options.signal);
    try {
      return await measure(oriel, { viewer, ffmpeg, go2rtc }, options);
    } finally {
      await Promise.all([viewer.end(), ffmpeg.end(), go2rtc?.end()]);
    }
  });
}

interface Recorders {
  readonly viewer: RemoteProcess<ViewerMethods>;
  readonly ffmpeg: RemoteProcess<FfmpegMethods>;
  readonly go2rtc: RemoteProcess<Go2rtcMethods> | undefined;
}

async function measure(oriel: RunningOriel, recorders: Recorders, options: FrameAgeOptions): Promise<FrameAgeResult> {
  const ours = { reader: orielReader(oriel, recorders.viewer), turns: [] as Turn[] };
  const others = FFMPEG_VARIANTS.map((variant) => ffmpegReader(oriel, recorders.ffmpeg, variant));
  if (recorders.go2rtc !== undefined && options.go2rtc !== undefined) {
    others.push(go2rtcReader(oriel, recorders.go2rtc, options.go2rtc));
  }
  const theirs = others.map((reader) => ({ reader, turns: [] as Turn[] }));
  const all = [ours, ...theirs];
  for (let round = 0; round < options.turns; round++) {
    for (const { reader, turns } of rotated(all, round)) turns.push(await nextTurn(oriel, reader, options));
  }
  return {
    size: options.size.name,
    picture: options.noise ? 'noisy' : 'plain',
    readers: all.map(({ reader, turns }) => readerResult(reader, turns)),
    stages: stageTimes(ours.turns),
    orielIdleCores: mean(theirs.flatMap(({ turns }) => turns.map(orielCores))),
    cameraCores: mean(all.flatMap(({ turns }) => turns.map(({ besides }) => besides.cores['camera'] ?? 0))),
  };
}

async function nextTurn(oriel: RunningOriel, reader: Reader, options: FrameAgeOptions): Promise<Turn> {
  const { size, seconds, turns, signal, say } = options;
  const turn = await takeTurn(oriel, reader, { turnMs: (seconds / turns) * 1000, signal });
  const { p50 } = distributionOf(agesMs(turn.read.pictures));
  say(`${size.name}: ${reader.name} ${p50.toFixed(1)} ms (load ${turn.load.toFixed(1)})`);
  return turn;
}

function rotated<T>(items: readonly T[], by: number): T[] {
  const from = by % items.length;
  return [...items.slice(from), ...items.slice(0, from)];
}
