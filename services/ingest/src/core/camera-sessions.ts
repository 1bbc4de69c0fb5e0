/** Runs a session with the camera of each lease, and lets running sessions follow the catalog. */
import type { CameraCatalog, Lease } from '@oriel/control';
import type { Camera } from '@oriel/model';
import type { CameraSession } from './camera-session.ts';

type Session = Pick<CameraSession, 'run' | 'update'>;

export interface CameraSessionsDeps {
  readonly catalog: CameraCatalog;
  readonly createSession: (camera: Camera, lease: Lease) => Session;
}

export class CameraSessions {
  readonly #deps: CameraSessionsDeps;
  readonly #sessions = new Map<Lease, Session>();
  #unsubscribe: () => void = () => undefined;

  constructor(deps: CameraSessionsDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#unsubscribe = this.#deps.catalog.subscribe((changedIds) => this.#follow(changedIds));
  }

  stop(): void {
    this.#unsubscribe();
  }

  /** Resolves when the lease is over and the camera has been released. */
  async run(lease: Lease): Promise<void> {
    const camera = this.#deps.catalog.get(lease.cameraId);
    // Offered by a process whose configuration differs from ours.
    if (camera === undefined) throw new Error(`camera ${lease.cameraId} is not configured here`);
    const session = this.#deps.createSession(camera, lease);
    this.#sessions.set(lease, session);
    await session.run().finally(() => this.#sessions.delete(lease));
  }

  /** The session of a removed camera ends with its lease, which is withdrawn. */
  #follow(changedIds: readonly string[]): void {
    for (const [{ cameraId }, session] of this.#sessions) {
      const camera = changedIds.includes(cameraId) ? this.#deps.catalog.get(cameraId) : undefined;
      if (camera !== undefined) session.update(camera);
    }
  }
}
