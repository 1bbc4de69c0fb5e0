/** Whether the engine can do its work, for readiness and heartbeat. */
import type { Engine } from './engine.ts';

export class EngineHealth {
  readonly #engine: Engine;
  readonly #nowMs: () => number;
  #last: { readonly askedAtMs: number; readonly problem: Promise<string | undefined> } | undefined;

  /** @param nowMs monotonic */
  constructor(engine: Engine, nowMs: () => number) {
    this.#engine = engine;
    this.#nowMs = nowMs;
  }

  /** What is wrong, or nothing. The engine is asked seldom: its check may start a process. */
  problem(): Promise<string | undefined> {
    if (this.#last === undefined || this.#nowMs() - this.#last.askedAtMs > CHECK_INTERVAL_MS) {
      const problem = this.#engine.check().then(
        () => undefined,
        (error: unknown) => `engine ${this.#engine.name}: ${error instanceof Error ? error.message : String(error)}`,
      );
      this.#last = { askedAtMs: this.#nowMs(), problem };
    }
    return this.#last.problem;
  }
}

const CHECK_INTERVAL_MS = 30_000;
