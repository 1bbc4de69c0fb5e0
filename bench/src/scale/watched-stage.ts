/** Six cameras that one viewer watches, whose pictures tell when they were made: whatever moves or dies meanwhile is seen in them. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Continuity, continuityOf } from '../reliability/continuity.ts';
import { Watching } from '../reliability/watching.ts';
import { until } from '../until.ts';
import { type Counts, Stage } from './stage.ts';

export const WATCHED_CAMERA = {
  width: 320,
  height: 180,
  framerate: 10,
  gopFrames: 10,
} as const;
export const WATCHED_CAMERAS = 6;
export const FRAME_INTERVAL_MS = 1000 / WATCHED_CAMERA.framerate;
const QUALITY = 75;
const STEADY_PICTURES = 5;
/** What comes before a change, so that the gap into it is whole. */
const BEFORE_MS = 1_000;

export class WatchedStage {
  readonly stage: Stage;
  readonly #watching: Watching;

  private constructor(stage: Stage, watching: Watching) {
    this.stage = stage;
    this.#watching = watching;
  }

  static play<T>(counts: Counts, signal: AbortSignal, task: (watched: WatchedStage) => Promise<T>): Promise<T> {
    const options = { cameras: WATCHED_CAMERAS, rhythms: 1, camera: WATCHED_CAMERA, quality: QUALITY, counts, signal };
    return Stage.play(options, async (stage) => {
      const watching = new Watching(stage.stack.url, stage.cameraIds);
      try {
        return await task(new WatchedStage(stage, watching));
      } finally {
        watching.close();
      }
    });
  }

  /** What the viewer saw of each camera, by its id, from just before `happen` until all play again `afterMs` after it has ended. */
  async observe(happen: () => Promise<void>, afterMs: number): Promise<ReadonlyMap<string, Continuity>> {
    const { signal } = this.stage.options;
    await this.#everyCameraPlays();
    await this.#watching.take();
    await delay(BEFORE_MS, undefined, { signal });
    const fromMs = performance.now();
    await happen();
    await delay(afterMs, undefined, { signal });
    await this.#everyCameraPlays();
    const toMs = performance.now();
    const { pictures } = await this.#watching.take();
    return new Map(this.stage.cameraIds.map((id) => [id, continuityOf(pictures.get(id) ?? [], fromMs, toMs)]));
  }

  async #everyCameraPlays(): Promise<void> {
    const sinceMs = performance.now();
    await until(async () => this.#watching.fewestSince(this.stage.cameraIds, sinceMs) > STEADY_PICTURES, {
      what: 'every camera to play',
      signal: this.stage.options.signal,
    });
  }
}
