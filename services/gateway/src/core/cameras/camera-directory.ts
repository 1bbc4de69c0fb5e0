/** All cameras and their states: the catalog merged with what ingest, transcoders and gateways report. */
import type { CameraCatalog, CameraStatus, CameraStatusBoard, InstanceBoard } from '@oriel/control';
import type { CameraView } from '@oriel/stream-protocol';
import type { Logger } from '../logger.ts';
import type { CameraPictures } from './camera-pictures.ts';
import { cameraView } from './camera-view.ts';
import type { WatchedCamera } from './watched-camera.ts';

export interface CameraDirectoryDeps {
  readonly catalog: CameraCatalog;
  readonly statusBoard: Pick<CameraStatusBoard, 'all' | 'subscribe'>;
  readonly instanceBoard: Pick<InstanceBoard, 'all'>;
  readonly pictures: Pick<CameraPictures, 'know' | 'explain' | 'whyNoIngest' | 'setInstances' | 'setWatched' | 'came'>;
  /** Monotonic clock. */
  readonly nowMs: () => number;
  readonly logger: Logger;
}

/** Polling picks up heartbeats and statuses whose announcement was missed. */
export const POLL_INTERVAL_MS = 1_000;
/** A new status vouches for its instance this long, because its first heartbeat may be read later. */
const STATUS_VOUCHES_MS = 3_000;

export class CameraDirectory {
  readonly #deps: CameraDirectoryDeps;
  readonly #statuses = new Map<string, CameraStatus>();
  readonly #heardAtMs = new Map<string, number>();
  /** Cameras announced during the current poll. Its answer is older than the announcement. */
  readonly #announcedSincePoll = new Set<string>();
  readonly #views = new Map<string, CameraView>();
  readonly #changeListeners = new Set<(view: CameraView) => void>();
  readonly #removalListeners = new Set<(cameraId: string) => void>();
  #instanceIds: ReadonlySet<string> = new Set();
  #hasPolled = false;
  #isFailing = false;
  #timer: NodeJS.Timeout | undefined;
  #polling: Promise<void> | undefined;
  #unsubscribe: (() => Promise<void>) | undefined;
  #leaveCatalog: () => void = () => undefined;

  constructor(deps: CameraDirectoryDeps) {
    this.#deps = deps;
    for (const { id } of deps.catalog.list()) this.#refresh(id);
  }

  /** Starts reading the boards. Keeps trying while Redis cannot be reached. */
  start(): void {
    this.#leaveCatalog = this.#deps.catalog.subscribe((changedIds) => this.#follow(changedIds));
    this.#timer = setInterval(() => void this.#pollOnce(), POLL_INTERVAL_MS);
    void this.#pollOnce();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#leaveCatalog();
    const unsubscribe = this.#unsubscribe;
    this.#unsubscribe = undefined;
    // Not awaited: it would hang while Redis is away.
    void unsubscribe?.();
  }

  /** Sets the cameras that viewers of this gateway watch, and whose pictures are therefore expected. */
  awaitPictures(cameraIds: ReadonlySet<string>): void {
    this.#deps.pictures.setWatched(cameraIds);
  }

  pictureCame(cameraId: string): void {
    if (this.#deps.pictures.came(cameraId)) this.#refresh(cameraId);
  }

  /** Explains a missing picture. Reads the boards again first, because the reason may be only moments old. */
  async whyNoPicture(cameraId: string): Promise<string | undefined> {
    await this.#pollOnce();
    const view = this.#views.get(cameraId);
    return view?.state === 'live' ? this.#deps.pictures.explain(cameraId).message : view?.reason;
  }

  /** All views, in catalog order. */
  views(): readonly CameraView[] {
    return this.#deps.catalog.list().flatMap(({ id }) => this.#views.get(id) ?? []);
  }

  view(cameraId: string): CameraView | undefined {
    return this.#views.get(cameraId);
  }

  /** What delivery needs to know about a camera; undefined when there is none with this id. */
  watched(cameraId: string): WatchedCamera | undefined {
    const camera = this.#deps.catalog.get(cameraId);
    if (camera === undefined) return undefined;
    const { quality, framerate, maxLatencyMs } = camera.transcoding;
    return { id: cameraId, quality, framerate, maxLatencyMs, width: this.#statuses.get(cameraId)?.width };
  }

  /** @returns ends the calls */
  onChange(listener: (view: CameraView) => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  /** @returns ends the calls */
  onRemoved(listener: (cameraId: string) => void): () => void {
    this.#removalListeners.add(listener);
    return () => this.#removalListeners.delete(listener);
  }

  /** Forgets removed cameras entirely, so that a camera added later under the same id starts from scratch. */
  #follow(changedIds: readonly string[]): void {
    for (const id of changedIds) {
      if (this.#deps.catalog.get(id) === undefined) {
        this.#statuses.delete(id);
        if (!this.#views.delete(id)) continue;
        for (const listener of this.#removalListeners) listener(id);
      } else this.#refresh(id);
    }
  }

  #onStatus(status: CameraStatus): void {
    if (this.#deps.catalog.get(status.cameraId) === undefined) return;
    const known = this.#statuses.get(status.cameraId);
    if (known !== undefined && status.epoch < known.epoch && this.#isAlive(known)) return;
    this.#announcedSincePoll.add(status.cameraId);
    this.#statuses.set(status.cameraId, status);
    this.#heardAtMs.set(status.instanceId, this.#deps.nowMs());
    this.#refresh(status.cameraId);
  }

  #pollOnce(): Promise<void> {
    this.#polling ??= this.#poll().finally(() => {
      this.#polling = undefined;
    });
    return this.#polling;
  }

  /** Never rejects. An outage of the control Redis is logged once, and the last known state stays. */
  async #poll(): Promise<void> {
    this.#announcedSincePoll.clear();
    try {
      this.#unsubscribe ??= await this.#deps.statusBoard.subscribe((status) => this.#onStatus(status));
      const [statuses, instances] = await Promise.all([this.#deps.statusBoard.all(), this.#deps.instanceBoard.all()]);
      this.#instanceIds = new Set(instances.map((instance) => instance.id));
      this.#deps.pictures.setInstances(instances);
      const found = new Map(statuses.map((status) => [status.cameraId, status]));
      for (const { id } of this.#deps.catalog.list()) {
        const status = found.get(id);
        if (this.#announcedSincePoll.has(id)) continue;
        if (status === undefined) this.#statuses.delete(id);
        else this.#adopt(status);
      }
      this.#hasPolled = true;
      this.#isFailing = false;
      for (const { id } of this.#deps.catalog.list()) this.#refresh(id);
    } catch (error) {
      if (!this.#isFailing) this.#deps.logger.warn({ err: error }, 'camera statuses could not be read, trying again');
      this.#isFailing = true;
    }
  }

  /** A status that changed between two polls proves that its instance was alive moments ago. */
  #adopt(status: CameraStatus): void {
    const known = this.#statuses.get(status.cameraId);
    const hasChanged = JSON.stringify(known) !== JSON.stringify(status);
    if (this.#hasPolled && hasChanged) this.#heardAtMs.set(status.instanceId, this.#deps.nowMs());
    this.#statuses.set(status.cameraId, status);
  }

  #isAlive(status: CameraStatus): boolean {
    if (this.#instanceIds.has(status.instanceId) || !this.#hasPolled) return true;
    const heardAtMs = this.#heardAtMs.get(status.instanceId);
    return heardAtMs !== undefined && this.#deps.nowMs() - heardAtMs < STATUS_VOUCHES_MS;
  }

  #refresh(cameraId: string): void {
    const camera = this.#deps.catalog.get(cameraId);
    if (camera === undefined) return;
    const status = this.#statuses.get(cameraId);
    const isHeld = status !== undefined && this.#isAlive(status);
    const pictures = this.#deps.pictures.know(cameraId, isHeld ? status : undefined);
    const view = cameraView(camera, { status, isHeld, whyNoIngest: this.#deps.pictures.whyNoIngest(), pictures });
    const before = this.#views.get(cameraId);
    this.#views.set(cameraId, view);
    if (before === undefined || JSON.stringify(before) === JSON.stringify(view)) return;
    for (const listener of this.#changeListeners) listener(view);
  }
}
