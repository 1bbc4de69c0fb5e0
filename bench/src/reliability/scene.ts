/** Six cameras, the services between them and one viewer, on a stage: what a group of failures happens to. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type RunningCamera, startCamera } from '@oriel/camera';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '@oriel/local-stack';
import { until } from '../until.ts';
import { continuityOf } from './continuity.ts';
import type { Failure, Stage } from './failure.ts';
import type { Run } from './outcome.ts';
import { pictureAgeOf } from './picture-age.ts';
import { statusWords } from './status-words.ts';
import { Watching } from './watching.ts';

export const FRAMES_PER_SECOND = 10;
export const CAMERA_IDS = ['cam-1', 'cam-2', 'cam-3', 'cam-4', 'cam-5', 'cam-6'];
export const WORKERS = 2;
/** Before anything fails, so that the cameras are shared out. */
const SETTLING_MS = 6_000;

export interface SceneOptions {
  readonly signal: AbortSignal;
  /** Where each process writes its log. */
  readonly logDir?: string;
}

export class Scene {
  readonly stack: LocalStack;
  readonly #watching: Watching;
  readonly #stage: Stage & { readonly changesAtMs?: readonly number[] };
  readonly #signal: AbortSignal;

  private constructor(stack: LocalStack, stage: Stage, signal: AbortSignal) {
    this.stack = stack;
    this.#stage = stage;
    this.#signal = signal;
    this.#watching = new Watching(stack.url, CAMERA_IDS);
  }

  /** Nothing is left of it when `task` has ended. */
  static async play<T>(stage: Stage, options: SceneOptions, task: (scene: Scene) => Promise<T>): Promise<T> {
    const { signal, logDir } = options;
    const dataDir = mkdtempSync(join(tmpdir(), 'oriel-reliability-'));
    let camera: RunningCamera | undefined;
    let stack: LocalStack | undefined;
    let scene: Scene | undefined;
    try {
      camera = await startCamera({
        host: stage.cameraHost ?? '127.0.0.1',
        width: 320,
        height: 180,
        framerate: FRAMES_PER_SECOND,
        gopFrames: FRAMES_PER_SECOND,
      });
      stack = await startLocalStack({
        config: configFor(camera.url()),
        dataDir,
        ingests: WORKERS,
        transcoders: WORKERS,
        // A signal of its own, as each stack listens to it for good.
        signal: AbortSignal.any([signal]),
        ...(logDir === undefined ? {} : { logDir }),
        ...(stage.redisHost === undefined ? {} : { redisHost: stage.redisHost }),
        ...(stage.launch === undefined ? {} : { launch: stage.launch }),
      });
      scene = new Scene(stack, stage, signal);
      return await task(scene);
    } finally {
      scene?.close();
      await stack?.stop();
      await camera?.close();
      rmSync(dataDir, { recursive: true, force: true });
    }
  }

  async observe(failure: Pick<Failure, 'observedMs' | 'ageSettlesMs'>, cause: () => Promise<void>): Promise<Run> {
    await this.stack.ready();
    await this.#everyCameraPlays();
    await this.#pass(SETTLING_MS);
    await this.#watching.take();
    await this.#pass(1_000);
    const fromMs = performance.now();
    await cause();
    await this.#pass(failure.observedMs);
    await this.#everyCameraPlays();
    const toMs = performance.now();
    const { pictures, events } = await this.#watching.take();
    const seen = CAMERA_IDS.map((id) => pictures.get(id) ?? []);
    const settlesMs = failure.ageSettlesMs ?? 0;
    const unsettled = (this.#stage.changesAtMs ?? []).map((atMs) => ({ fromMs: atMs, toMs: atMs + settlesMs }));
    return {
      cameras: seen.map((one) => continuityOf(one, fromMs, toMs)),
      ages: seen.map((one) => pictureAgeOf(one, fromMs, unsettled)),
      status: statusWords(CAMERA_IDS, events),
    };
  }

  close(): void {
    this.#watching.close();
  }

  async #everyCameraPlays(): Promise<void> {
    const sinceMs = performance.now();
    const what = 'every camera to play';
    await until(async () => this.#watching.fewestSince(CAMERA_IDS, sinceMs) > 5, { what, signal: this.#signal });
  }

  async #pass(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#signal });
  }
}

function configFor(url: string): LocalStackOptions['config'] {
  return {
    server: { host: '127.0.0.1', port: 0, trustedProxies: [] },
    cameras: CAMERA_IDS.map((id) => ({
      id,
      name: id,
      source: { kind: 'rtsp', url, credentials: undefined, transport: 'tcp', reconnectIntervalMs: 5000 },
      bufferSizeBytes: 4_000_000,
      transcoding: { quality: 75, framerate: 30, maxLatencyMs: 200 },
    })),
    auth: 'none',
    redis: { controlUrl: '', mediaUrl: '' },
    transcoder: { engine: 'libav', maxCameras: 100 },
    ingest: { maxCameras: 100 },
    health: { host: '127.0.0.1', port: 0 },
  };
}
