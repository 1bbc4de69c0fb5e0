/** Says every second that this process is there, how it is, and what it holds. */
import { hostname } from 'node:os';
import type { Logger } from './logger.ts';
import { type ProcessLoad, ProcessLoadMeter } from './process-load.ts';

export interface InstanceIdentity {
  readonly id: string;
  readonly service: 'ingest' | 'transcoder' | 'gateway';
  readonly version: string;
}

/** One heartbeat; the instance board of the control library takes it as it is. */
export interface InstanceReport extends InstanceIdentity, ProcessLoad {
  readonly host: string;
  readonly pid: number;
  readonly healthUrl: string;
  readonly startedAtMs: number;
  readonly healthy: boolean;
  readonly problem?: string;
  readonly cameras: readonly string[];
  readonly viewers: number;
  readonly loadCores?: number;
  readonly shortage?: string;
  readonly maxCameras?: number;
  readonly pictures?: readonly PictureReport[];
}

/** What there is to say of the pictures of one camera; the control library tells what the fields mean. */
export interface PictureReport {
  readonly cameraId: string;
  readonly frameShare?: number;
  readonly keyframesOnly?: boolean;
  readonly trouble?: { readonly code: string; readonly message: string };
}

export interface InstanceHeartbeatDeps {
  readonly board: {
    heartbeat(report: InstanceReport): Promise<void>;
    remove(instanceId: string): Promise<void>;
  };
  readonly logger: Pick<Logger, 'warn'>;
  readonly identity: InstanceIdentity;
  /** The time that all services share, as a function of this process' own (`timeOrigin + now` of `performance`), microseconds. */
  readonly sharedClock: { fromProcessUs(processUs: number): number };
  /** Ids of the cameras held. @defaultValue none */
  readonly cameras?: () => readonly string[];
  /** How many viewers are served. @defaultValue 0 */
  readonly viewers?: () => number;
  /** What its cameras take at their full frame rate, and what it may use. @defaultValue the cores of the machine */
  readonly load?: () => { readonly loadCores: number; readonly capacityCores: number };
  /** What it lacks to do all that is wanted, in plain words; undefined while nothing is. */
  readonly shortage?: () => string | undefined;
  /** Most cameras that it holds. */
  readonly maxCameras?: number;
  /** What is worth saying of cameras' pictures. @defaultValue nothing */
  readonly pictures?: () => readonly PictureReport[];
  /** What is missing, in plain words; undefined while nothing is. */
  readonly problem: () => Promise<string | undefined>;
}

export class InstanceHeartbeat {
  readonly #deps: InstanceHeartbeatDeps;
  readonly #meter = new ProcessLoadMeter();
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;
  #isFailing = false;

  constructor(deps: InstanceHeartbeatDeps) {
    this.#deps = deps;
  }

  /** @param healthUrl where health and metrics of this process answer, as seen from the network */
  start(healthUrl: string): void {
    const beat = () => {
      this.#beating ??= this.#beat(healthUrl).finally(() => {
        this.#beating = undefined;
      });
    };
    this.#timer = setInterval(beat, INTERVAL_MS);
    beat();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    try {
      await this.#deps.board.remove(this.#deps.identity.id);
    } catch (error) {
      this.#deps.logger.warn({ err: error }, 'the instance could not be taken off the board, it expires by itself');
    }
  }

  /** Never rejects: a board that is away is logged once. */
  async #beat(healthUrl: string): Promise<void> {
    const { board, identity, sharedClock, cameras, viewers, load, shortage, maxCameras, problem, logger } = this.#deps;
    try {
      const missing = await problem();
      const short = shortage?.();
      const pictures = this.#deps.pictures?.() ?? [];
      await board.heartbeat({
        ...identity,
        ...this.#meter.sample(),
        ...load?.(),
        host: hostname(),
        pid: process.pid,
        healthUrl,
        startedAtMs: Math.round(sharedClock.fromProcessUs(performance.timeOrigin * 1000) / 1000),
        healthy: missing === undefined,
        ...(missing === undefined ? {} : { problem: missing }),
        cameras: cameras?.() ?? [],
        viewers: viewers?.() ?? 0,
        ...(short === undefined ? {} : { shortage: short }),
        ...(maxCameras === undefined ? {} : { maxCameras }),
        ...(pictures.length === 0 ? {} : { pictures }),
      });
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) logger.warn({ err: error }, 'the heartbeat could not be sent, trying again');
      this.#isFailing = true;
    }
  }
}

/** Instances expire 3 s after their last heartbeat. */
const INTERVAL_MS = 1000;
