/** Tells readiness and heartbeat whether the engine works. */
import type { Engine } from './engine.ts';

export class EngineHealth {
  readonly #engine: Engine;
  readonly #nowMs: () => number;
  #last: { readonly askedAtMs: number; readonly problem: Promise<string | undefined> } | undefined;

  /** @param nowMs monotonic clock */
  constructor(engine: Engine, nowMs: () => number) {
    this.#engine = engine;
    this.#nowMs = nowMs;
  }

  /** What is wrong, if anything. The answer is cached, since a check may start a process. */
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
