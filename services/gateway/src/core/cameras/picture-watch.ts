/**
 * Detects that pictures of a watched camera have stopped. It sits last in the chain, so it catches every cause, whichever service is at
 * fault. Pure.
 */
export class PictureWatch {
  readonly #nowMs: () => number;
  readonly #cameras = new Map<string, WatchedPictures>();

  /** @param nowMs monotonic */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Call whenever the set of watched cameras changes. */
  setWatched(cameraIds: ReadonlySet<string>): void {
    const nowMs = this.#nowMs();
    for (const id of cameraIds) this.#watched(id, nowMs).leftAtMs = undefined;
    for (const [id, camera] of this.#cameras) {
      if (cameraIds.has(id)) continue;
      // A silent camera is remembered for a while, so that the next viewer sees the reason at once.
      if (camera.isSilent) camera.leftAtMs ??= nowMs;
      else this.#cameras.delete(id);
    }
  }

  /** Notes a picture of this camera. @returns whether it had been silent */
  came(cameraId: string): boolean {
    const nowMs = this.#nowMs();
    const camera = this.#watched(cameraId, nowMs);
    const { isSilent } = camera;
    camera.sinceMs = nowMs;
    camera.hasPictures = true;
    camera.isSilent = false;
    return isSilent;
  }

  /** Restarts the count while no pictures can be expected, e.g. because the camera is offline. */
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

/** `awaited`: watched for a short time, no picture yet. */
export type PictureFlow = 'unwatched' | 'awaited' | 'flowing' | 'silent';

interface WatchedPictures {
  /** Time of the latest picture, or when watching began. */
  sinceMs: number;
  /** When the last viewer left; undefined while there is one. */
  leftAtMs: number | undefined;
  hasPictures: boolean;
  isSilent: boolean;
}

/** Matches ingest's limit for a stalled camera. */
const SILENT_MS = 3_000;
/** Slow cameras, below one picture a second, may miss this many before they count as silent. */
const PATIENCE_PICTURES = 3;
/** Matches how long a transcoder keeps a camera that nobody watches. */
const REMEMBERED_MS = 10_000;
