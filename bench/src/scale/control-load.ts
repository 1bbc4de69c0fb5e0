/** What cameras and processes ask of the control Redis: many cameras with tiny pictures, and more of each service in turn. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from './context.ts';
import { type Counts, Stage } from './stage.ts';
import { type Turn, takeTurn } from './turn.ts';
import { Watchers } from './watchers.ts';

const CAMERA = {
  width: 160,
  height: 120,
  framerate: 2,
  gopFrames: 4,
  bitrateBps: 100_000,
  source: { type: 'pre-encoded', seconds: 4 },
} as const;
const RHYTHMS = 10;
const FEW_CAMERAS = 20;
const MANY_CAMERAS = 120;
const ONE_OF_EACH: Counts = { ingest: 1, transcoder: 1, gateway: 1 };
const MORE: readonly Counts[] = [
  { ...ONE_OF_EACH, ingest: 3 },
  { ...ONE_OF_EACH, transcoder: 3 },
  { ...ONE_OF_EACH, gateway: 3 },
];
const SETTLE_MS = 1_000;

export async function measureControlLoad(context: Context): Promise<readonly Turn[]> {
  const few = await measure(context, FEW_CAMERAS, [ONE_OF_EACH]);
  return [...few, ...(await measure(context, MANY_CAMERAS, [ONE_OF_EACH, ...MORE]))];
}

function measure({ quick, signal, say }: Context, cameras: number, all: readonly Counts[]): Promise<readonly Turn[]> {
  const options = { cameras, rhythms: RHYTHMS, camera: CAMERA, quality: 50, counts: ONE_OF_EACH, signal };
  return Stage.play(options, (stage) =>
    Watchers.with(stage, async (watchers) => {
      await watchers.watch(stage.cameraIds, 1);
      const turns: Turn[] = [];
      for (const counts of all) {
        for (const kind of ['ingest', 'transcoder', 'gateway'] as const) await stage.scale(kind, counts[kind]);
        await Promise.all([stage.isShared('ingest', cameras), stage.isShared('transcoder', cameras)]);
        await delay(SETTLE_MS, undefined, { signal });
        const { ingest, transcoder, gateway } = counts;
        const what = `${cameras} cameras, ${ingest} ingests, ${transcoder} transcoders, ${gateway} gateways`;
        const turn = await takeTurn(stage, {
          what,
          watchedCameras: cameras,
          encodedPixels: CAMERA.width * CAMERA.height,
          durationMs: quick ? 2_000 : 5_000,
          others: watchers.pids,
        });
        say(`${what}: control Redis ${turn.control.commandsPerSecond.toFixed(0)} commands/s`);
        turns.push(turn);
      }
      return turns;
    }),
  );
}
