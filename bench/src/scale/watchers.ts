/** Viewers that cost next to nothing, in a process of their own. */
import type { WatchRequest } from '@oriel/stream-protocol';
import type { CrowdMethods } from '../children/crowd-process.ts';
import { RemoteProcess } from '../children/remote-process.ts';
import type { Stage } from './stage.ts';

export class Watchers {
  readonly #process: RemoteProcess<CrowdMethods>;
  readonly #stage: Stage;

  private constructor(stage: Stage) {
    this.#stage = stage;
    this.#process = new RemoteProcess<CrowdMethods>('crowd-process', stage.options.signal);
  }

  static async with<T>(stage: Stage, task: (watchers: Watchers) => Promise<T>): Promise<T> {
    const watchers = new Watchers(stage);
    try {
      return await task(watchers);
    } finally {
      await watchers.#process.end();
    }
  }

  get pids(): ReadonlyMap<string, number> {
    return new Map([['viewers-1', this.#process.pid]]);
  }

  /** Instead of all that watched before: so many of each of these cameras. Resolves when they watch and the cameras are shared out. */
  async watch(cameraIds: readonly string[], viewers: number, wish: Omit<WatchRequest, 'camera'> = {}): Promise<void> {
    await this.#process.call('remove');
    for (const camera of cameraIds) {
      await this.#process.call('add', this.#stage.stack.url, { camera, ...wish }, viewers);
    }
    await this.#stage.isShared('transcoder', cameraIds.length);
  }
}
