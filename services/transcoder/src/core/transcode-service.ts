/**
 * Which cameras are transcoded: those that somebody watches, and for a while after, in case that they come back.
 *
 * Every transcoder offers the leases of all wanted cameras; whoever is given one runs the camera until nobody wants it.
 */
import type { DemandBoard, Lease, LeaseOffers } from '@oriel/control';
import type { Rendition } from '@oriel/media-bus';
import { renditionId } from '@oriel/media-bus';
import { BurstReporter } from '@oriel/observability';
import { CameraTranscoder, type CameraTranscoderDeps } from './camera-transcoder.ts';
import { type Demand, DemandWatch } from './demand-watch.ts';

export interface TranscodeServiceDeps extends CameraTranscoderDeps {
  readonly demand: Pick<DemandBoard, 'wanted' | 'subscribe'>;
  readonly offers: Pick<LeaseOffers, 'offer' | 'offered'>;
}

export interface TranscodeServiceOptions {
  /** The camera's `max_latency_ms`. */
  readonly maxLatencyMs: (cameraId: string) => number;
  /** How long a camera goes on being decoded that nobody watches. @defaultValue 10000 */
  readonly lingerMs?: number;
}

export class TranscodeService {
  readonly #deps: TranscodeServiceDeps;
  readonly #options: TranscodeServiceOptions;
  readonly #watch: DemandWatch;
  readonly #troubles: BurstReporter;
  readonly #held = new Map<string, HeldCamera>();
  #wanted: Demand = new Map();
  #lastTrouble = '';

  constructor(deps: TranscodeServiceDeps, options: TranscodeServiceOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#watch = new DemandWatch({
      board: deps.demand,
      onDemand: (wanted) => this.#follow(wanted),
      onError: (error) => this.#tell(error),
    });
    this.#troubles = new BurstReporter({
      report: (count) => deps.logger.warn({ count, last: this.#lastTrouble }, 'trouble with Redis'),
    });
  }

  start(): Promise<void> {
    return this.#watch.start();
  }

  async close(): Promise<void> {
    await this.#watch.close();
    this.#troubles.close();
  }

  /** Works on the camera until nobody has wanted it for a while, which ends the lease for good, or until the lease is lost. */
  async run(lease: Lease): Promise<void> {
    const { cameraId, epoch } = lease;
    const { logger, events } = this.#deps;
    const maxLatencyMs = this.#options.maxLatencyMs(cameraId);
    const transcoder = new CameraTranscoder(this.#deps, { cameraId, epoch, maxLatencyMs });
    const unwatched = new AbortController();
    const held = new HeldCamera(transcoder, {
      lingerMs: this.#options.lingerMs ?? LINGER_MS,
      onUnwatched: () => unwatched.abort(),
      onNoLongerWanted: (rendition) => this.#dropJpegs(cameraId, rendition),
    });
    this.#held.set(cameraId, held);
    held.follow(this.#wanted.get(cameraId) ?? []);
    logger.info({ cameraId, epoch }, 'camera taken');
    try {
      const signal = AbortSignal.any([lease.signal, unwatched.signal]);
      await transcoder.run({ signal, assertCurrent: () => lease.assertCurrent() });
    } finally {
      held.end();
      // After a hand-over within the process the map holds the next lease's.
      if (this.#held.get(cameraId) === held) this.#held.delete(cameraId);
      events.ended(cameraId);
      logger.info({ cameraId, epoch, reason: unwatched.signal.aborted ? 'unwatched' : 'lease over' }, 'camera left');
    }
  }

  async #follow(wanted: Demand): Promise<void> {
    this.#wanted = wanted;
    for (const [cameraId, held] of this.#held) held.follow(wanted.get(cameraId) ?? []);
    const notHeld = [...wanted.keys()].filter((cameraId) => !this.#held.has(cameraId));
    if (notHeld.length === 0) return;
    const offered = new Set(await this.#deps.offers.offered('transcode'));
    const missing = notHeld.filter((cameraId) => !offered.has(cameraId));
    await Promise.all(missing.map((cameraId) => this.#deps.offers.offer('transcode', cameraId)));
  }

  #dropJpegs(cameraId: string, rendition: Rendition): void {
    this.#deps.bus.dropJpegs(cameraId, rendition).catch((error: unknown) => this.#tell(error));
  }

  #tell(error: unknown): void {
    this.#lastTrouble = error instanceof Error ? error.message : String(error);
    this.#troubles.add();
  }
}

const LINGER_MS = 10_000;

interface HeldCameraOptions {
  readonly lingerMs: number;
  readonly onUnwatched: () => void;
  readonly onNoLongerWanted: (rendition: Rendition) => void;
}

/** What follows from demand for one held camera. */
class HeldCamera {
  readonly #transcoder: CameraTranscoder;
  readonly #options: HeldCameraOptions;
  #renditions = new Map<string, Rendition>();
  #lingering: NodeJS.Timeout | undefined;

  constructor(transcoder: CameraTranscoder, options: HeldCameraOptions) {
    this.#transcoder = transcoder;
    this.#options = options;
  }

  follow(wanted: readonly Rendition[]): void {
    const before = this.#renditions;
    this.#renditions = new Map(wanted.map((rendition) => [renditionId(rendition), rendition]));
    this.#transcoder.setRenditions(wanted);
    for (const [id, rendition] of before) if (!this.#renditions.has(id)) this.#options.onNoLongerWanted(rendition);
    if (wanted.length > 0) {
      clearTimeout(this.#lingering);
      this.#lingering = undefined;
    } else {
      this.#lingering ??= setTimeout(this.#options.onUnwatched, this.#options.lingerMs);
    }
  }

  end(): void {
    clearTimeout(this.#lingering);
  }
}
