/** `kill -9` of one of two, again and again: how long the cameras that it had were without a picture. */
import { type Distribution, distributionOf } from '../measure/distribution.ts';
import type { Continuity } from '../reliability/continuity.ts';
import type { Context } from './context.ts';
import type { ScaledKind } from './hand-over.ts';
import { WATCHED_CAMERAS, WatchedStage } from './watched-stage.ts';

export interface FailoverResult {
  readonly kind: ScaledKind;
  readonly kills: number;
  /** Longest time between two pictures, of each camera that the dead process had. */
  readonly gapMs: Distribution;
  /** The same of the cameras of the other process, which have nothing to do with it. */
  readonly othersGapMs: Distribution;
  readonly repeated: number;
  readonly reordered: number;
}

const WORKERS = 2;
const OBSERVED_MS = 3_500;

export function measureFailovers({ quick, signal, say }: Context): Promise<readonly FailoverResult[]> {
  const counts = { transcoder: WORKERS, ingest: WORKERS, gateway: 1 };
  return WatchedStage.play(counts, signal, async (watched) => {
    const results: FailoverResult[] = [];
    for (const kind of ['transcoder', 'ingest'] as const) {
      const all: Kill[] = [];
      for (let kills = 0; kills < (quick ? 1 : 5); kills++) all.push(await kill(watched, kind, kills % WORKERS));
      const result = summary(kind, all);
      say(`${kind} killed ${all.length} times: p50 ${seconds(result.gapMs.p50)}, p95 ${seconds(result.gapMs.p95)}`);
      results.push(result);
    }
    return results;
  });
}

interface Kill {
  readonly lost: readonly Continuity[];
  readonly kept: readonly Continuity[];
}

async function kill(watched: WatchedStage, kind: ScaledKind, index: number): Promise<Kill> {
  const { stage } = watched;
  await Promise.all([stage.isShared('transcoder', WATCHED_CAMERAS), stage.isShared('ingest', WATCHED_CAMERAS)]);
  const victim = stage.stack.process(stage.namesOf(kind)[index] ?? '');
  const lost = new Set((await stage.held(kind)).get(victim.pid ?? 0));
  const seen = await watched.observe(async () => victim.kill('SIGKILL'), OBSERVED_MS);
  const of = (isLost: boolean) => [...seen].filter(([id]) => lost.has(id) === isLost).map(([, camera]) => camera);
  return { lost: of(true), kept: of(false) };
}

function summary(kind: ScaledKind, all: readonly Kill[]): FailoverResult {
  const lost = all.flatMap((one) => one.lost);
  const kept = all.flatMap((one) => one.kept);
  const sum = (of: (camera: Continuity) => number) => [...lost, ...kept].reduce((total, one) => total + of(one), 0);
  return {
    kind,
    kills: all.length,
    gapMs: distributionOf(lost.map(({ longestGapMs }) => longestGapMs)),
    othersGapMs: distributionOf(kept.map(({ longestGapMs }) => longestGapMs)),
    repeated: sum(({ repeated }) => repeated),
    reordered: sum(({ reordered }) => reordered),
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
