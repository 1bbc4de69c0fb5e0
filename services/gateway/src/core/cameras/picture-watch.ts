/**
 * Whether pictures of the cameras that this gateway's viewers watch really come: the last place before the viewers, so that it does not
 * matter what keeps them away. Pure.
 */
export class PictureWatch {
  readonly #nowMs: () => number;
  readonly #cameras = new Map<string, WatchedPictures>();

  /** @param nowMs monotonic */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** On every change of what is watched. */
  setWatched(cameraIds: ReadonlySet<string>): void {
    const nowMs = this.#nowMs();
    for (const id of cameraIds) this.#watched(id, nowMs).leftAtMs = undefined;
    for (const [id, camera] of this.#cameras) {
      if (cameraIds.has(id)) continue;
      // One that was found silent is remembered for a while: whoever asks again need not wait for the reason again.
      if (camera.isSilent) camera.leftAtMs ??= nowMs;
      else this.#cameras.delete(id);
    }
  }

  /** A picture of this camera has come. @returns whether it had been silent */
  came(cameraId: string): boolean {
    const nowMs = this.#nowMs();
    const camera = this.#watched(cameraId, nowMs);
    const { isSilent } = camera;
    camera.sinceMs = nowMs;
    camera.hasPictures = true;
    camera.isSilent = false;
    return isSilent;
  }

  /** No pictures can be expected now, as from a camera that is away: the silence begins anew. */
  excuse(cameraId: string): void {
    const camera = this.#cameras.get(cameraId);
    if (camera === undefined) return;
    camera.sinceMs = this.#nowMs();
    camera.hasPictures = false;
    camera.isSilent = false;
  }

  /** @param expectedPerSecond pictures that should come; 0 while unknown */
  judge(cameraId: string, expectedPerSecond: number): PictureFlow {
    const camera = this.#cameras.get(cameraId);
    if (camera === undefined) return 'unwatched';
    const nowMs = this.#nowMs();
    if (camera.leftAtMs !== undefined && nowMs - camera.leftAtMs > REMEMBERED_MS) {
      this.#cameras.delete(cameraId);
      return 'unwatched';
    }
    const patienceMs =
      expectedPerSecond > 0 ? Math.max(SILENT_MS, (PATIENCE_PICTURES * 1000) / expectedPerSecond) : SILENT_MS;
    if (camera.isSilent || nowMs - camera.sinceMs >= patienceMs) {
      camera.isSilent = true;
      return 'silent';
    }
    return camera.hasPictures ? 'flowing' : 'awaited';
  }

  #watched(cameraId: string, nowMs: number): WatchedPictures {
    let camera = this.#cameras.get(cameraId);
    if (camera === undefined) {
      camera = { sinceMs: nowMs, leftAtMs: undefined, hasPictures: false, isSilent: false };
      this.#cameras.set(cameraId, camera);
    }
    return camera;
  }
}

/** `awaited`: watched, no picture yet, and not for long. */
export type PictureFlow = 'unwatched' | 'awaited' | 'flowing' | 'silent';

interface WatchedPictures {
  /** Of the latest picture, or when watching began. */
  sinceMs: number;
  /** When the last viewer left; undefined while there is one. */
  leftAtMs: number | undefined;
  hasPictures: boolean;
  isSilent: boolean;
}

/** As long as ingest waits before it calls a camera stalled. */
const SILENT_MS = 3_000;
/** Of a camera that sends fewer pictures than one a second, so many may be missing. */
const PATIENCE_PICTURES = 3;
/** As long as a transcoder keeps a camera that nobody watches. */
const REMEMBERED_MS = 10_000;
