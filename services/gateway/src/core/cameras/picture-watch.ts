/**
 * Notices that pictures of a watched camera stay away. It sits right before the viewers, so it sees every cause, whichever service is at fault.
 * Pure.
 */
export class PictureWatch {
  readonly #nowMs: () => number;
  readonly #cameras = new Map<string, WatchedPictures>();

  /** @param nowMs monotonic */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Call on every change of what is watched. */
  setWatched(cameraIds: ReadonlySet<string>): void {
    const nowMs = this.#nowMs();
    for (const id of cameraIds) this.#watched(id, nowMs).leftAtMs = undefined;
    for (const [id, camera] of this.#cameras) {
      if (cameraIds.has(id)) continue;
      // Remember a silent one for a while, so that whoever watches it again sees the reason at once.
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

  /** No pictures can be expected now, e.g. from a camera that is offline; counting starts over. */
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
  /** Time of the latest picture, or when watching began. */
  sinceMs: number;
  /** When the last viewer left; undefined while there is one. */
  leftAtMs: number | undefined;
  hasPictures: boolean;
  isSilent: boolean;
}

/** The same as ingest's limit for a stalled camera. */
const SILENT_MS = 3_000;
/** Below one picture a second, this many may be missing before the camera counts as silent. */
const PATIENCE_PICTURES = 3;
/** The same as the transcoder's linger for a camera that nobody watches. */
const REMEMBERED_MS = 10_000;
