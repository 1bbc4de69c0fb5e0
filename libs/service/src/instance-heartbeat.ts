/** Reports every second that this process is alive, how it is, and what it holds. */
import { hostname } from 'node:os';
import type { Instance, InstanceBoard, SharedClock } from '@oriel/control';
import { type Logger, ProcessLoadMeter } from '@oriel/observability';

export type InstanceIdentity = Pick<Instance, 'id' | 'service' | 'version'>;

/** What only the service itself knows. Absent fields do not apply to the service. */
export type ServiceReport = Partial<
  Pick<Instance, 'cameras' | 'viewers' | 'loadCores' | 'capacityCores' | 'shortage' | 'maxCameras' | 'pictures'>
>;

export interface InstanceHeartbeatDeps {
  readonly board: Pick<InstanceBoard, 'heartbeat' | 'remove'>;
  readonly logger: Pick<Logger, 'warn'>;
  readonly identity: InstanceIdentity;
  readonly sharedClock: Pick<SharedClock, 'fromProcessUs'>;
  readonly report: () => ServiceReport;
  /** What is missing, in plain words; undefined if nothing is. */
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

  /** @param healthUrl address of this process' health and metrics, as seen from the network */
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
    const { board, identity, sharedClock, report, problem, logger } = this.#deps;
    try {
      const missing = await problem();
      const { pictures = [], cameras = [], viewers = 0, ...others } = report();
      await board.heartbeat({
        ...identity,
        ...this.#meter.sample(),
        ...others,
        host: hostname(),
        pid: process.pid,
        healthUrl,
        startedAtMs: Math.round(sharedClock.fromProcessUs(performance.timeOrigin * 1000) / 1000),
        healthy: missing === undefined,
        ...(missing === undefined ? {} : { problem: missing }),
        cameras,
        viewers,
        ...(pictures.length === 0 ? {} : { pictures }),
      });
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) logger.warn({ err: error }, 'the heartbeat could not be sent, trying again');
      this.#isFailing = true;
    }
  }
}

/** Instances expire 3 s after their last heartbeat, so two may be lost. */
const INTERVAL_MS = 1000;
