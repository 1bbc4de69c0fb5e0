/** Says every second that this process is there, how it is, and what it holds. */
import { hostname } from 'node:os';
import type { Instance, InstanceBoard } from '@oriel/control';
import { type Logger, ProcessLoadMeter } from '@oriel/observability';

export interface InstanceHeartbeatDeps {
  readonly board: InstanceBoard;
  readonly logger: Logger;
  readonly identity: Pick<Instance, 'id' | 'service' | 'version'>;
  readonly cameras: () => readonly string[];
  /** What is missing, in plain words; undefined while nothing is. */
  readonly problem: () => Promise<string | undefined>;
}

export class InstanceHeartbeat {
  readonly #deps: InstanceHeartbeatDeps;
  readonly #load = new ProcessLoadMeter();
  readonly #startedAtMs = Date.now();
  #healthUrl = '';
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;
  #isBoardAway = false;

  constructor(deps: InstanceHeartbeatDeps) {
    this.#deps = deps;
  }

  /** @param healthUrl where health and metrics of this process answer */
  start(healthUrl: string): void {
    this.#healthUrl = healthUrl;
    this.#timer = setInterval(() => {
      this.#beating ??= this.#beat();
    }, INTERVAL_MS);
    this.#beating = this.#beat();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    await this.#deps.board.remove(this.#deps.identity.id).catch((error: unknown) => {
      this.#deps.logger.debug({ err: error }, 'the instance expires by itself');
    });
  }

  async #beat(): Promise<void> {
    const { board, identity, cameras, problem, logger } = this.#deps;
    const missing = await problem();
    try {
      await board.heartbeat({
        ...identity,
        healthUrl: this.#healthUrl,
        ...this.#load.sample(),
        host: hostname(),
        pid: process.pid,
        startedAtMs: this.#startedAtMs,
        healthy: missing === undefined,
        ...(missing === undefined ? {} : { problem: missing }),
        cameras: cameras(),
        viewers: 0,
      });
      this.#isBoardAway = false;
    } catch (error) {
      if (!this.#isBoardAway) logger.warn({ err: error }, 'the heartbeat cannot be sent');
      this.#isBoardAway = true;
    } finally {
      this.#beating = undefined;
    }
  }
}

const INTERVAL_MS = 1000;
