/** Whether this process can do its work, for readiness and heartbeat. */
import type { ControlConnection } from '@oriel/control';
import type { RedisMediaBus } from '@oriel/media-bus';
import type { Engine } from './engine/engine.ts';

export interface TranscoderHealthDeps {
  readonly control: Pick<ControlConnection, 'commands'>;
  readonly bus: Pick<RedisMediaBus, 'state'>;
  readonly engine: Engine;
  /** Monotonic. */
  readonly nowMs: () => number;
}

export class TranscoderHealth {
  readonly #deps: TranscoderHealthDeps;
  #engine: { readonly askedAtMs: number; readonly problem: Promise<string | undefined> } | undefined;

  constructor(deps: TranscoderHealthDeps) {
    this.#deps = deps;
  }

  /** By the name of the part; each says what is wrong, or nothing. */
  readonly checks = {
    'redis-control': async (): Promise<string | undefined> => {
      try {
        await this.#deps.control.commands.ping();
        return undefined;
      } catch {
        // The message would be that of the socket; what counts for who asks is that it does not answer.
        return 'Redis (control) does not answer';
      }
    },
    'redis-media': (): string | undefined => {
      const { state } = this.#deps.bus;
      return state === 'connected' ? undefined : `Redis (media) is ${state}`;
    },
    engine: (): Promise<string | undefined> => this.#engineProblem(),
  };

  /** All of what is wrong in one line; undefined when nothing is. */
  async problem(): Promise<string | undefined> {
    const problems = await Promise.all(Object.values(this.checks).map((check) => check()));
    return problems.filter((problem) => problem !== undefined).join('; ') || undefined;
  }

  /** Asked seldom: the check of an engine may start a process. */
  #engineProblem(): Promise<string | undefined> {
    const { engine, nowMs } = this.#deps;
    if (this.#engine === undefined || nowMs() - this.#engine.askedAtMs > ENGINE_CHECK_INTERVAL_MS) {
      const problem = engine.check().then(
        () => undefined,
        (error: unknown) => `engine ${engine.name}: ${error instanceof Error ? error.message : String(error)}`,
      );
      this.#engine = { askedAtMs: nowMs(), problem };
    }
    return this.#engine.problem;
  }
}

const ENGINE_CHECK_INTERVAL_MS = 30_000;
