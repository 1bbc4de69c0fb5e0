import { isDeepStrictEqual } from 'node:util';
import type { Camera, CameraSettings } from '@oriel/model';
import type { CameraCatalog } from './camera-catalog.ts';

/** Holds cameras given to this process, e.g. those of the configuration file. */
export class MemoryCatalog implements CameraCatalog {
  readonly #subscribers = new Set<(changedIds: readonly string[]) => void>();
  #cameras: ReadonlyMap<string, Camera> = new Map();
  /** Kept for removed cameras too, so that a camera that comes back is not mistaken for its predecessor. */
  readonly #versions = new Map<string, number>();

  constructor(cameras: readonly CameraSettings[]) {
    this.replace(cameras);
  }

  list(): readonly Camera[] {
    return [...this.#cameras.values()];
  }

  get(cameraId: string): Camera | undefined {
    return this.#cameras.get(cameraId);
  }

  subscribe(onChange: (changedIds: readonly string[]) => void): () => void {
    // Wrapped, so that the same function can subscribe twice.
    const subscriber = (changedIds: readonly string[]) => onChange(changedIds);
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  /** Replaces all cameras and their order. */
  replace(cameras: readonly CameraSettings[]): void {
    const before = this.#cameras;
    this.#cameras = new Map(cameras.map((settings) => [settings.id, this.#versionOf(settings)]));
    const removed = [...before.keys()].filter((id) => !this.#cameras.has(id));
    const changed = [...this.#cameras].filter(([id, camera]) => before.get(id) !== camera).map(([id]) => id);
    const isReordered = !isDeepStrictEqual([...before.keys()], [...this.#cameras.keys()]);
    if (removed.length + changed.length === 0 && !isReordered) return;
    for (const subscriber of this.#subscribers) subscriber([...removed, ...changed]);
  }

  #versionOf(settings: CameraSettings): Camera {
    const known = this.#cameras.get(settings.id);
    if (known !== undefined && isDeepStrictEqual({ ...settings, version: known.version }, known)) return known;
    const version = (this.#versions.get(settings.id) ?? 0) + 1;
    this.#versions.set(settings.id, version);
    return { ...settings, version };
  }
}
