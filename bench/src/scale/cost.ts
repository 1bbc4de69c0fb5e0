/**
 * What work costs: the same cameras with 1, 2 and 4 transcoders and with 1 and 2 ingests, and other mixtures of work, from which
 * the price of each unit follows.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { AwakeCores } from '../measure/awake-cores.ts';
import type { Context } from './context.ts';
import { type Counts, Stage } from './stage.ts';
import { type Turn, takeTurn } from './turn.ts';
import { Watchers } from './watchers.ts';

/** Played from memory, so that the cameras take next to nothing of the machine. The noise is what makes it a picture of a real size. */
export const COST_CAMERA = {
  width: 960,
  height: 540,
  framerate: 10,
  gopFrames: 20,
  bitrateBps: 1_500_000,
  source: { type: 'pre-encoded', seconds: 4 },
} as const;
const QUALITY = 85;
/** Ingest works on all of them, transcoders on those that are watched. */
const CAMERAS = 32;
const WATCHED_CAMERAS = 8;
/** Downwards, so that every turn is that of processes which have run for a while; twice, so that a noisy minute hits all alike. */
const SWEEP: readonly Counts[] = [
  { transcoder: 4, ingest: 2, gateway: 1 },
  { transcoder: 2, ingest: 2, gateway: 1 },
  { transcoder: 2, ingest: 1, gateway: 1 },
  { transcoder: 1, ingest: 1, gateway: 1 },
];
const SWEEPS = 2;
const ONE_OF_EACH: Counts = { transcoder: 1, ingest: 1, gateway: 1 };
const SMALL_WIDTH = 480;
const CROWD_VIEWERS = 40;
/** Until new processes have compiled what they run: each of four transcoders has a quarter of the frames to learn from. */
const WARM_UP_MS = 20_000;
/** Until decoders, caches and measured costs have settled after a change. */
const SETTLE_MS = 3_000;

export interface CostResult {
  readonly camera: typeof COST_CAMERA;
  readonly cameras: number;
  readonly watchedCameras: number;
  readonly idle: Turn;
  readonly sweep: readonly Turn[];
  readonly mixtures: readonly Turn[];
  /** Whether no core slept meanwhile. */
  readonly coresAwake: boolean;
}

export function measureCost(context: Context): Promise<CostResult> {
  const { signal } = context;
  const options = {
    cameras: CAMERAS,
    // Cameras that send together would be cheaper together.
    rhythms: CAMERAS,
    camera: COST_CAMERA,
    quality: QUALITY,
    counts: ONE_OF_EACH,
    signal,
  };
  return Stage.play(options, (stage) =>
    Watchers.with(stage, (watchers) =>
      AwakeCores.during(signal, (cores) => takeTurns(context, stage, watchers, cores)),
    ),
  );
}

async function takeTurns(
  { quick, signal, say }: Context,
  stage: Stage,
  watchers: Watchers,
  cores: AwakeCores,
): Promise<CostResult> {
  const all = stage.cameraIds.slice(0, WATCHED_CAMERAS);
  const whole = COST_CAMERA.width * COST_CAMERA.height;
  const small = SMALL_WIDTH * ((SMALL_WIDTH * COST_CAMERA.height) / COST_CAMERA.width);
  const turn = async (what: string, watchedCameras: number, encodedPixels: number) => {
    await delay(quick ? 1_000 : SETTLE_MS, undefined, { signal });
    const durationMs = quick ? 3_000 : 12_000;
    const taken = await takeTurn(stage, {
      what,
      watchedCameras,
      encodedPixels,
      durationMs,
      others: new Map([...watchers.pids, ...cores.pids]),
    });
    say(`${what}: ${describe(taken)}`);
    return taken;
  };

  const idle = await turn('nobody watches', 0, whole);
  await watchers.watch(all, 1);
  const sweep: Turn[] = [];
  for (let sweeps = 0; sweeps < (quick ? 1 : SWEEPS); sweeps++) {
    for (const [index, counts] of SWEEP.entries()) {
      await stage.scale('transcoder', counts.transcoder);
      await stage.scale('ingest', counts.ingest);
      await Promise.all([stage.isShared('transcoder', WATCHED_CAMERAS), stage.isShared('ingest', CAMERAS)]);
      if (index === 0 && !quick) await delay(WARM_UP_MS, undefined, { signal });
      sweep.push(await turn(`${counts.transcoder} transcoders, ${counts.ingest} ingests`, WATCHED_CAMERAS, whole));
    }
  }
  await watchers.watch(all, 1, { maxFramerate: 2 });
  const mixtures = [await turn('all decoded, 2 frames/s encoded', WATCHED_CAMERAS, whole)];
  await watchers.watch(all, 1, { maxWidth: SMALL_WIDTH });
  mixtures.push(await turn(`all at a width of ${SMALL_WIDTH}`, WATCHED_CAMERAS, small));
  const [one] = all as [string];
  await watchers.watch([one], CROWD_VIEWERS, { maxWidth: SMALL_WIDTH });
  mixtures.push(await turn(`${CROWD_VIEWERS} viewers of one camera at a width of ${SMALL_WIDTH}`, 1, small));
  await watchers.watch([one], CROWD_VIEWERS);
  mixtures.push(await turn(`${CROWD_VIEWERS} viewers of one camera`, 1, whole));
  return {
    camera: COST_CAMERA,
    cameras: CAMERAS,
    watchedCameras: WATCHED_CAMERAS,
    idle,
    sweep,
    mixtures,
    coresAwake: cores.areAwake,
  };
}

function describe({ cores, work, foreignCores }: Turn): string {
  const part = (name: keyof Turn['cores']) => `${name} ${cores[name].toFixed(3)}`;
  return (
    `${work.encodedFrames.toFixed(0)} frames/s; cores: ${part('ingest')}, ${part('transcoder')}, ${part('gateway')}, ` +
    `others’ ${foreignCores.toFixed(2)}`
  );
}
