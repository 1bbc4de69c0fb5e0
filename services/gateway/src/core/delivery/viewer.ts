/** One viewer: the cameras it watches, and their turns on the line they share. */
import type { SharedClock } from '@oriel/control';
import type { WatchedCamera } from '../cameras/watched-camera.ts';
import type { Deliveries } from './deliveries.ts';
import type { Delivery, DeliveryRequest } from './delivery.ts';
import type { PictureLine } from './viewer-line.ts';

export interface ViewerDeps {
  readonly line: PictureLine;
  readonly deliveries: Pick<Deliveries, 'open'>;
  readonly sharedClock: Pick<SharedClock, 'nowMs'>;
}

/** One camera that a viewer watches. */
export interface Watch {
  readonly cameraId: string;
  /** When the watch began: shared clock, in milliseconds since the Unix epoch. */
  readonly sinceMs: number;
}

export class Viewer {
  readonly #deps: ViewerDeps;
  /** In the order of their next turns on the line. */
  readonly #watched = new Map<string, { readonly delivery: Delivery; readonly sinceMs: number }>();
  #isClosed = false;

  constructor(deps: ViewerDeps) {
    this.#deps = deps;
    deps.line.onFlushed(() => this.#takeTurns());
  }

  get watches(): readonly Watch[] {
    return [...this.#watched].map(([cameraId, { sinceMs }]) => ({ cameraId, sinceMs }));
  }

  isWatching(cameraId: string): boolean {
    return this.#watched.has(cameraId);
  }

  /** Starts sending a camera, or changes how it is sent. @returns the id of what was chosen, e.g. of a rendition */
  watch(camera: WatchedCamera, request: DeliveryRequest): string {
    const { deliveries, line, sharedClock } = this.#deps;
    let watched = this.#watched.get(camera.id);
    if (watched === undefined) {
      watched = { delivery: deliveries.open(camera, line), sinceMs: sharedClock.nowMs() };
      if (this.#isClosed) watched.delivery.end();
      else this.#watched.set(camera.id, watched);
    }
    return watched.delivery.change(camera, request);
  }

  /** @returns false when the camera was not watched */
  unwatch(cameraId: string): boolean {
    this.#watched.get(cameraId)?.delivery.end();
    return this.#watched.delete(cameraId);
  }

  close(): void {
    this.#isClosed = true;
    for (const cameraId of [...this.#watched.keys()]) this.unwatch(cameraId);
  }

  /** A camera that has sent goes to the end of the queue, so that a busy one cannot keep the others off the line. */
  #takeTurns(): void {
    for (const [cameraId, watched] of [...this.#watched]) {
      if (!this.#deps.line.isFlushed) return;
      if (!watched.delivery.sendNext()) continue;
      this.#watched.delete(cameraId);
      this.#watched.set(cameraId, watched);
    }
  }
}
