/**
 * Transcodes the cameras that somebody watches, and keeps each for a while afterwards in case viewers come back.
 *
 * Every transcoder offers the leases of all wanted cameras. Whichever is granted a lease runs the camera until nobody
 * wants it.
 */
import { availableParallelism } from 'node:os';
import type { DemandBoard, Lease, LeaseOffers, LeaseWorkerLoad, PictureReport } from '@oriel/control';
import type { Rendition } from '@oriel/model';
import { BurstReporter, ProcessLoadMeter } from '@oriel/observability';
import { CameraTranscoder, type CameraTranscoderDeps } from './camera-transcoder.ts';
import { type Demand, DemandWatch } from './demand-watch.ts';
import { HeldCamera } from './held-camera.ts';
import { EncodeSemaphore } from './load/encode-semaphore.ts';
import { type GovernedCamera, LoadGovernor } from './load/load-governor.ts';
import { WantedLeases } from './wanted-leases.ts';

export interface TranscodeServiceDeps extends Omit<CameraTranscoderDeps, 'encodeSemaphore'> {
  readonly demand: Pick<DemandBoard, 'wanted' | 'subscribe'>;
  readonly offers: Pick<LeaseOffers, 'offer'>;
}

export interface TranscodeServiceOptions {
  /** `max_latency_ms` of the camera. */
  readonly maxLatencyMs: (cameraId: string) => number;
  /** How long a camera is still decoded after its last viewer left. @defaultValue 10000 */
  readonly lingerMs?: number;
}

export class TranscodeService {
  readonly #deps: TranscodeServiceDeps;
  readonly #options: TranscodeServiceOptions;
  readonly #watch: DemandWatch;
  readonly #leases: WantedLeases;
  readonly #troubles: BurstReporter;
  readonly #held = new Map<string, HeldCamera>();
  readonly #governor: LoadGovernor;
  readonly #encodeSemaphore = new EncodeSemaphore(() => this.#encodesAtOnce);
  /** Cached, because computing the worker's load is too expensive to do per picture. */
  #encodesAtOnce = Math.round(availableParallelism() * ENCODES_PER_CORE);
  #load: () => LeaseWorkerLoad | undefined = () => undefined;
  #governing: NodeJS.Timeout | undefined;
  #wanted: Demand = new Map();
  #lastTrouble = '';

  constructor(deps: TranscodeServiceDeps, options: TranscodeServiceOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#watch = new DemandWatch({
      board: deps.demand,
      onDemand: (wanted) => this.#follow(wanted),
      onError: (error) => this.#report(error),
    });
    this.#leases = new WantedLeases(deps);
    const meter = new ProcessLoadMeter();
    this.#governor = new LoadGovernor({
      cpuCores: () => meter.sample().cpuCores,
      capacityCores: () => this.#capacityCores,
      nowMs: deps.nowMs,
    });
    this.#troubles = new BurstReporter({
      report: (count) => deps.logger.warn({ count, last: this.#lastTrouble }, 'trouble with Redis'),
    });
  }

  /** @param load the load of the worker that runs this service's leases: usable cores, and what all workers lack */
  followLoad(load: () => LeaseWorkerLoad): void {
    this.#load = load;
    this.#limitEncodes();
  }

  /** For people: what is missing to show every camera at its full frame rate; undefined if nothing is. */
  get shortage(): string | undefined {
    const { reducedCameras, leastFrameShare } = this.#governor;
    if (reducedCameras === 0) return undefined;
    const missing = Math.max(0.01, this.#shortCores).toFixed(this.#shortCores < 0.1 ? 2 : 1);
    const [cameras, percent] = [this.#held.size, Math.max(1, Math.round(leastFrameShare * 100))];
    const them = `${reducedCameras} of ${cameras} ${cameras === 1 ? 'camera' : 'cameras'}`;
    return `${missing} cores short: ${them} shown at less than the full frame rate, down to ${percent} %`;
  }

  /** Reports on the held cameras whose pictures are reduced or missing. */
  get pictures(): readonly PictureReport[] {
    const nowMs = this.#deps.nowMs();
    return [...this.#held].flatMap(([cameraId, held]) => held.report(cameraId, nowMs) ?? []);
  }

  get #capacityCores(): number {
    return this.#load()?.capacity ?? availableParallelism();
  }

  /**
   * Cores that all transcoders lack together. While others still have room, what this one lacks, until cameras have
   * moved there.
   */
  get #shortCores(): number {
    return Math.max(this.#governor.shortCores, this.#load()?.short ?? 0);
  }

  start(): Promise<void> {
    this.#governing = setInterval(() => this.#govern(), GOVERN_INTERVAL_MS);
    return this.#watch.start();
  }

  async close(): Promise<void> {
    clearInterval(this.#governing);
    await this.#watch.close();
    this.#troubles.close();
  }

  /** Transcodes the camera until nobody has wanted it for a while, which ends the lease, or until the lease is lost. */
  async run(lease: Lease): Promise<void> {
    const { cameraId, epoch } = lease;
    const { logger } = this.#deps;
    const maxLatencyMs = this.#options.maxLatencyMs(cameraId);
    const transcoder = new CameraTranscoder(
      { ...this.#deps, encodeSemaphore: this.#encodeSemaphore },
      { cameraId, epoch, maxLatencyMs },
    );
    const unwatched = new AbortController();
    const held = new HeldCamera(transcoder, {
      nowMs: this.#deps.nowMs,
      lingerMs: this.#options.lingerMs ?? LINGER_MS,
      onUnwatched: () => unwatched.abort(),
      onNoLongerWanted: (rendition) => this.#dropJpegs(cameraId, rendition),
    });
    this.#held.set(cameraId, held);
    const governed = governedCamera(held, transcoder, lease, this.#deps.nowMs);
    this.#governor.add(governed);
    held.follow(this.#wanted.get(cameraId) ?? []);
    logger.info({ cameraId, epoch }, 'camera taken');
    try {
      const signal = AbortSignal.any([lease.signal, unwatched.signal]);
      await transcoder.run({
        signal,
        assertCurrent: () => lease.assertCurrent(),
        hasHighestEpoch: () => lease.hasHighestEpoch(),
        markReady: () => lease.markReady(),
      });
    } finally {
      this.#governor.delete(governed);
      held.end();
      // After a hand-over within this process, the map already holds the next lease's camera.
      if (this.#held.get(cameraId) === held) this.#held.delete(cameraId);
      logger.info({ cameraId, epoch, reason: unwatched.signal.aborted ? 'unwatched' : 'lease over' }, 'camera left');
    }
  }

  async #follow(wanted: Demand): Promise<void> {
    this.#wanted = wanted;
    for (const [cameraId, held] of this.#held) held.follow(wanted.get(cameraId) ?? []);
    await this.#leases.follow(new Set([...wanted.keys()].filter((cameraId) => !this.#held.has(cameraId))));
  }

  #govern(): void {
    this.#limitEncodes();
    this.#governor.run();
    this.#deps.events.frameShare(this.#governor.leastFrameShare, this.#shortCores);
  }

  #limitEncodes(): void {
    this.#encodesAtOnce = Math.round(this.#capacityCores * ENCODES_PER_CORE);
  }

  #dropJpegs(cameraId: string, rendition: Rendition): void {
    this.#deps.bus.dropJpegs(cameraId, rendition).catch((error: unknown) => this.#report(error));
  }

  #report(error: unknown): void {
    this.#lastTrouble = error instanceof Error ? error.message : String(error);
    this.#troubles.add();
  }
}

const LINGER_MS = 10_000;
/** The rates of the capacity estimator are per second. */
const GOVERN_INTERVAL_MS = 1_000;
/** Above 1, so that no core idles while a picture is between two steps of its encoding. */
const ENCODES_PER_CORE = 1.5;
/** A camera that has shown nothing for this long can change its holder without anybody noticing. */
const IDLE_MS = 3_000;

function governedCamera(
  held: HeldCamera,
  transcoder: CameraTranscoder,
  lease: Lease,
  nowMs: () => number,
): GovernedCamera {
  return {
    knownCores: lease.cost,
    takeWork: () => transcoder.takeWork(),
    demand: () => transcoder.demand(),
    setPlan: (plan) => held.setPlan(plan),
    reportCost: (costCores) => {
      lease.reportCost(costCores);
      if (nowMs() - transcoder.shownAtMs > IDLE_MS) lease.markIdle();
    },
  };
}
