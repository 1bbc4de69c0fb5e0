import { recordTiming } from './timings.ts';
import { nowMs, Watcher } from './watcher.ts';

const FRAMES_AT_FIRST = 10;
const FRAMES_AFTERWARDS = 30;

/** One viewer of several cameras of the simulator, who sees what happens to them while something is done to the stack. */
export class WatchedCameras {
  readonly watcher: Watcher;
  readonly #cameras: readonly string[];

  private constructor(url: string, cameras: readonly string[]) {
    this.#cameras = cameras;
    this.watcher = new Watcher(url, cameras);
  }

  /** Resolves when all of them are shown. */
  static async open(url: string, cameras: readonly string[]): Promise<WatchedCameras> {
    const watched = new WatchedCameras(url, cameras);
    await watched.#moreFrames(FRAMES_AT_FIRST);
    return watched;
  }

  /**
   * Runs `hurt`, waits until all cameras show pictures taken after it, and records the longest gap that the viewer saw.
   *
   * @param goalMs of the gap
   * @throws when a camera does not come back, or has shown a picture twice or after a newer one
   */
  async survive(what: string, goalMs: number, hurt: () => Promise<unknown>): Promise<void> {
    const beganAtMs = nowMs();
    this.watcher.keepOrder();
    await hurt();
    const hurtAtMs = nowMs();
    await Promise.all(this.#cameras.map((camera) => this.watcher.recovered(camera, hurtAtMs)));
    // What goes wrong only when a lease runs out belongs to it, too.
    await this.#moreFrames(FRAMES_AFTERWARDS);
    const gapsMs = this.#cameras.map((camera) => this.watcher.longestGapMs(camera, beganAtMs));
    recordTiming(`${what}: longest gap`, Math.max(...gapsMs), goalMs);
    expect(await this.watcher.framesOutOfOrder()).toEqual({ repeated: 0, older: 0 });
  }

  close(): void {
    this.watcher.close();
  }

  async #moreFrames(count: number): Promise<void> {
    await Promise.all(this.#cameras.map((camera) => this.watcher.moreFrames(camera, count)));
  }
}
