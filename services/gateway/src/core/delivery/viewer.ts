/** One viewer: which cameras it is sent, and whose turn it is on the line that they share. */
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
  /** When it began: milliseconds since the Unix epoch by the shared clock. */
  readonly sinceMs: number;
}

export class Viewer {
  readonly #deps: ViewerDeps;
  /** In the order in which they get the line next. */
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

  /** Starts sending a camera, or changes what is sent of it. @returns the id of what was chosen */
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

  /** @returns false where it was not watched */
  unwatch(cameraId: string): boolean {
    this.#watched.get(cameraId)?.delivery.end();
    return this.#watched.delete(cameraId);
  }

  close(): void {
    this.#isClosed = true;
    for (const cameraId of [...this.#watched.keys()]) this.unwatch(cameraId);
  }

  /** Whoever has just sent goes to the end, so that one busy camera cannot keep the others off the line. */
  #takeTurns(): void {
    for (const [cameraId, watched] of [...this.#watched]) {
      if (!this.#deps.line.isFlushed) return;
      if (!watched.delivery.sendNext()) continue;
      this.#watched.delete(cameraId);
      this.#watched.set(cameraId, watched);
    }
  }
}
