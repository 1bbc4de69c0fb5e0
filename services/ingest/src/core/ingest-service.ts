/** Offers every configured camera as a lease, holds those that this process gets, and tells how it is. */
import type { CameraConfig } from '@oriel/config';
import type { CameraStatusBoard, Lease, LeaseOffers, LeaseWorker, LeaseWorkerLoad } from '@oriel/control';
import type { Logger } from '@oriel/observability';
import { pause } from './pause.ts';

/** Where the list of cameras comes from. Asked every few seconds, so it may change. */
export interface CameraSource {
  list(): Promise<readonly CameraConfig[]>;
}

export interface IngestServiceDeps {
  readonly cameras: CameraSource;
  readonly offers: LeaseOffers;
  readonly statusBoard: CameraStatusBoard;
  /** Makes the worker that calls `run` for each lease it is granted. */
  readonly createWorker: (run: (lease: Lease) => Promise<void>) => LeaseWorker;
  /** Works on a camera until its lease is over. */
  readonly runCamera: (camera: CameraConfig, lease: Lease) => Promise<void>;
  readonly logger: Logger;
  /** Pause between two rounds of offers [2000]. */
  readonly roundMs?: number;
}

export class IngestService {
  readonly #deps: IngestServiceDeps;
  readonly #worker: LeaseWorker;
  readonly #stop = new AbortController();
  #isControlAway = false;

  constructor(deps: IngestServiceDeps) {
    this.#deps = deps;
    this.#worker = deps.createWorker((lease) => this.#run(lease));
  }

  /** Camera ids held now. */
  get held(): readonly string[] {
    return this.#worker.held;
  }

  get load(): LeaseWorkerLoad {
    return this.#worker.load;
  }

  /** Resolves once leases are taken, which is when Redis (control) is there; offers begin at once. */
  async start(): Promise<void> {
    // Never rejects, and while Redis is away it ends with the connection only: nobody waits for it.
    void this.#offerUntilStopped();
    await this.#worker.start();
  }

  /** Gives all cameras back, each after its session was closed. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#worker.close();
  }

  async #run(lease: Lease): Promise<void> {
    const camera = (await this.#deps.cameras.list()).find(({ id }) => id === lease.cameraId);
    // Offered by somebody whose configuration is newer or older than ours.
    if (camera === undefined) throw new Error(`camera ${lease.cameraId} is not configured here`);
    await this.#deps.runCamera(camera, lease);
  }

  async #offerUntilStopped(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#offerOnce();
        if (this.#isControlAway) this.#deps.logger.info('cameras are offered again');
        this.#isControlAway = false;
      } catch (error) {
        if (signal.aborted) return;
        if (!this.#isControlAway) this.#deps.logger.warn({ err: error }, 'cameras cannot be offered');
        this.#isControlAway = true;
      }
      await pause(this.#deps.roundMs ?? ROUND_MS, signal);
    }
  }

  /** The same whoever does it and however often: every ingest process offers, so that one is always there to do it. */
  async #offerOnce(): Promise<void> {
    const { cameras, offers, statusBoard } = this.#deps;
    const configured = new Set((await cameras.list()).map(({ id }) => id));
    const offered = new Set(await offers.offered('ingest'));
    for (const cameraId of configured) if (!offered.has(cameraId)) await offers.offer('ingest', cameraId);
    for (const cameraId of offered) if (!configured.has(cameraId)) await offers.withdraw('ingest', cameraId);
    for (const { cameraId } of await statusBoard.all()) {
      if (!configured.has(cameraId)) await statusBoard.remove(cameraId);
    }
  }
}

const ROUND_MS = 2000;
