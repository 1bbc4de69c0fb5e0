/** Offers every camera of the catalog as a lease and serves those that this process is granted. */
import type { CameraCatalog, CameraStatusBoard, Lease, LeaseOffers, LeaseWorker } from '@oriel/control';
import type { Camera } from '@oriel/model';
import type { Logger } from '@oriel/observability';
import type { CameraSession } from './camera-session.ts';
import { pause } from './pause.ts';

export interface IngestServiceDeps {
  readonly catalog: CameraCatalog;
  readonly offers: Pick<LeaseOffers, 'offer' | 'offered' | 'withdraw'>;
  readonly statusBoard: Pick<CameraStatusBoard, 'all' | 'remove'>;
  /** Creates the worker that calls `run` for each lease it is granted. */
  readonly createWorker: (run: (lease: Lease) => Promise<void>) => LeaseWorker;
  readonly createSession: (camera: Camera, lease: Lease) => Pick<CameraSession, 'run' | 'update'>;
  readonly logger: Logger;
  /** Pause between two rounds of offers [2000]. */
  readonly roundMs?: number;
}

export class IngestService {
  readonly #deps: IngestServiceDeps;
  readonly #worker: LeaseWorker;
  readonly #sessions = new Map<Lease, Pick<CameraSession, 'run' | 'update'>>();
  #isStopping = false;
  /** Aborted when the next round of offers is due at once. */
  #pause = new AbortController();
  #unsubscribe: () => void = () => undefined;
  #isControlAway = false;

  constructor(deps: IngestServiceDeps) {
    this.#deps = deps;
    this.#worker = deps.createWorker((lease) => this.#run(lease));
  }

  /** Ids of the cameras held now. */
  get held(): readonly string[] {
    return this.#worker.held;
  }

  /** Resolves once leases can be granted, which needs Redis (control). Offers start at once. */
  async start(): Promise<void> {
    this.#unsubscribe = this.#deps.catalog.subscribe((changedIds) => this.#follow(changedIds));
    // Not awaited: it never rejects, and while Redis is away it ends only with the connection.
    void this.#offerUntilStopped();
    await this.#worker.start();
  }

  /** Hands all cameras back, each after its session has closed. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#unsubscribe();
    this.#pause.abort();
    await this.#worker.close();
  }

  async #run(lease: Lease): Promise<void> {
    const camera = this.#deps.catalog.get(lease.cameraId);
    // Offered by a process whose configuration differs from ours.
    if (camera === undefined) throw new Error(`camera ${lease.cameraId} is not configured here`);
    const session = this.#deps.createSession(camera, lease);
    this.#sessions.set(lease, session);
    await session.run().finally(() => this.#sessions.delete(lease));
  }

  /** Updates running sessions. New or removed cameras are offered or withdrawn at once. */
  #follow(changedIds: readonly string[]): void {
    for (const [{ cameraId }, session] of this.#sessions) {
      const camera = changedIds.includes(cameraId) ? this.#deps.catalog.get(cameraId) : undefined;
      if (camera !== undefined) session.update(camera);
    }
    this.#pause.abort();
  }

  async #offerUntilStopped(): Promise<void> {
    while (!this.#isStopping) {
      this.#pause = new AbortController();
      try {
        await this.#offerOnce();
        if (this.#isControlAway) this.#deps.logger.info('cameras are offered again');
        this.#isControlAway = false;
      } catch (error) {
        if (this.#isStopping) return;
        if (!this.#isControlAway) this.#deps.logger.warn({ err: error }, 'cameras cannot be offered');
        this.#isControlAway = true;
      }
      if (!this.#isStopping) await pause(this.#deps.roundMs ?? ROUND_MS, this.#pause.signal);
    }
  }

  /** Idempotent: every ingest process does it, so that one is always there to do it. */
  async #offerOnce(): Promise<void> {
    const { catalog, offers, statusBoard } = this.#deps;
    const configured = new Set(catalog.list().map(({ id }) => id));
    const offered = new Set(await offers.offered('ingest'));
    for (const cameraId of configured) if (!offered.has(cameraId)) await offers.offer('ingest', cameraId);
    for (const cameraId of offered) if (!configured.has(cameraId)) await offers.withdraw('ingest', cameraId);
    for (const { cameraId } of await statusBoard.all()) {
      if (!configured.has(cameraId)) await statusBoard.remove(cameraId);
    }
  }
}

const ROUND_MS = 2000;
