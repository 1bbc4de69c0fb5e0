/** Says every second that this gateway is there, how it is, and how many viewers it serves. */
import type { Instance, InstanceBoard } from '@oriel/control';
import { ProcessLoadMeter } from '@oriel/observability';
import type { Logger } from './logger.ts';

export interface HeartbeatDeps {
  readonly board: Pick<InstanceBoard, 'heartbeat' | 'remove'>;
  readonly logger: Logger;
  readonly identity: Pick<Instance, 'id' | 'version' | 'host' | 'pid'>;
  readonly viewers: () => number;
  /** What is missing, in plain words; undefined while nothing is. */
  readonly problem: () => Promise<string | undefined>;
}

/** Instances expire 3 s after their last heartbeat. */
const INTERVAL_MS = 1_000;

export class Heartbeat {
  readonly #deps: HeartbeatDeps;
  readonly #load = new ProcessLoadMeter();
  readonly #startedAtMs = Date.now();
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;
  #isFailing = false;

  constructor(deps: HeartbeatDeps) {
    this.#deps = deps;
  }

  /** @param healthUrl - where health and metrics of this process answer, as seen from the network */
  start(healthUrl: string): void {
    const beat = () => {
      this.#beating ??= this.#beat(healthUrl).finally(() => {
        this.#beating = undefined;
      });
    };
    this.#timer = setInterval(beat, INTERVAL_MS);
    beat();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    try {
      await this.#deps.board.remove(this.#deps.identity.id);
    } catch (error) {
      this.#deps.logger.warn({ err: error }, 'the instance could not be taken off the board, it expires by itself');
    }
  }

  /** Never rejects: a control Redis that is away is logged once. */
  async #beat(healthUrl: string): Promise<void> {
    const { board, identity, viewers, problem, logger } = this.#deps;
    try {
      const missing = await problem();
      await board.heartbeat({
        ...identity,
        ...this.#load.sample(),
        service: 'gateway',
        healthUrl,
        startedAtMs: this.#startedAtMs,
        healthy: missing === undefined,
        problem: missing,
        cameras: [],
        viewers: viewers(),
      });
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) logger.warn({ err: error }, 'the heartbeat could not be sent, trying again');
      this.#isFailing = true;
    }
  }
}
