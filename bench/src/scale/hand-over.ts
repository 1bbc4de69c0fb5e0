/** Scaling up and down while six cameras are watched: until all have their share, and what the viewer saw of it. */
import { metricByLabel, readMetrics } from '../measure/service-metrics.ts';
import type { Continuity } from '../reliability/continuity.ts';
import { until } from '../until.ts';
import type { Context } from './context.ts';
import type { Stage } from './stage.ts';
import { FRAME_INTERVAL_MS, WATCHED_CAMERAS, WatchedStage } from './watched-stage.ts';

export interface HandOverResult {
  readonly kind: ScaledKind;
  readonly from: number;
  readonly to: number;
  /** From the order until all that shall be there are, and those that shall not are gone. */
  readonly readyMs: number;
  /** From the order until each works on an equal number of cameras, and each camera is worked on once. */
  readonly balancedMs: number;
  /** Over all cameras. */
  readonly longestGapMs: number;
  readonly longestGapIntervals: number;
  readonly repeated: number;
  readonly reordered: number;
}

export type ScaledKind = 'transcoder' | 'ingest';

const FEW = 1;
const MANY = 3;
const WORK_COUNTER: Readonly<Record<ScaledKind, string>> = {
  transcoder: 'oriel_transcoder_encoded_frames_total',
  ingest: 'oriel_ingest_access_units_total',
};
/** Of two readings of the counters: a camera at 10 frames/s moves them in this time, however late a picture. */
const LOOK_MS = 300;
const AFTERWARDS_MS = 2_000;

export function measureHandOvers({ quick, signal, say }: Context): Promise<readonly HandOverResult[]> {
  return WatchedStage.play({ transcoder: FEW, ingest: FEW, gateway: 1 }, signal, async (watched) => {
    const results: HandOverResult[] = [];
    for (let repetition = 0; repetition < (quick ? 1 : 2); repetition++) {
      for (const kind of ['transcoder', 'ingest'] as const) {
        for (const [from, to] of [
          [FEW, MANY],
          [MANY, FEW],
        ] as const) {
          const result = await scale(watched, kind, from, to);
          say(
            `${kind} ${from} → ${to}: balanced after ${(result.balancedMs / 1000).toFixed(1)} s, ` +
              `longest gap ${result.longestGapIntervals.toFixed(1)} frame intervals`,
          );
          results.push(result);
        }
      }
    }
    return results;
  });
}

async function scale(watched: WatchedStage, kind: ScaledKind, from: number, to: number): Promise<HandOverResult> {
  const { stage } = watched;
  await stage.isShared(kind, WATCHED_CAMERAS);
  let readyMs = Number.NaN;
  let balancedMs = Number.NaN;
  const seen = await watched.observe(async () => {
    const orderedAtMs = performance.now();
    await Promise.all([
      stage.scale(kind, to).then(() => {
        readyMs = performance.now() - orderedAtMs;
      }),
      isBalanced(stage, kind, to).then(() => {
        balancedMs = performance.now() - orderedAtMs;
      }),
    ]);
  }, AFTERWARDS_MS);
  const cameras = [...seen.values()];
  const longestGapMs = Math.max(...cameras.map(({ longestGapMs }) => longestGapMs));
  const sum = (of: (camera: Continuity) => number) => cameras.reduce((total, camera) => total + of(camera), 0);
  return {
    kind,
    from,
    to,
    readyMs,
    balancedMs,
    longestGapMs,
    longestGapIntervals: longestGapMs / FRAME_INTERVAL_MS,
    repeated: sum(({ repeated }) => repeated),
    reordered: sum(({ reordered }) => reordered),
  };
}

/** By what the processes themselves have counted: heartbeats would tell up to a second later. */
async function isBalanced(stage: Stage, kind: ScaledKind, count: number): Promise<void> {
  let before = new Map<string, ReadonlyMap<string, number>>();
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  await until(
    async () => {
      if (performance.now() - lookedAtMs < LOOK_MS) return false;
      lookedAtMs = performance.now();
      const now = await countersOf(stage, kind);
      const worked = [...now].map(([name, counters]) => camerasWorkedOn(before.get(name), counters));
      before = now;
      const shares = worked.map(({ length }) => length);
      const isOnce = new Set(worked.flat()).size === WATCHED_CAMERAS && worked.flat().length === WATCHED_CAMERAS;
      return shares.length === count && isOnce && shares.every((share) => share === WATCHED_CAMERAS / count);
    },
    { what: `${count} of ${kind} to have equal shares`, signal: stage.options.signal },
  );
}

async function countersOf(stage: Stage, kind: ScaledKind): Promise<Map<string, ReadonlyMap<string, number>>> {
  const urls = stage.namesOf(kind).map((name) => [name, stage.stack.process(name).healthUrl] as const);
  const counters = urls.map(async ([name, url]) => {
    // It has not begun to listen, or does not any more: it works on nothing that anybody could count.
    const text = url === undefined ? '' : await readMetrics(url).catch(() => '');
    return [name, metricByLabel(text, WORK_COUNTER[kind], 'camera')] as const;
  });
  return new Map(await Promise.all(counters));
}

function camerasWorkedOn(before: ReadonlyMap<string, number> | undefined, now: ReadonlyMap<string, number>): string[] {
  return [...now].filter(([camera, count]) => count > (before?.get(camera) ?? count)).map(([camera]) => camera);
}
