import type { Logger } from '@oriel/observability';

/**
 * A part of a service that starts and stops with it. `start` need not wait until its work is done: what it returns is
 * awaited before the next part starts.
 */
export interface Part {
  readonly name: string;
  start?(): void | Promise<void>;
  stop?(): void | Promise<void>;
}

/**
 * Starts the parts of a service in the order they were added, each once the previous one has started, and stops them in
 * reverse order. So a part can rely on everything it was built on, at its start and at its end.
 */
export class ServiceLife {
  readonly #parts: Part[] = [];
  readonly #logger: Logger;
  #stopping: Promise<void> | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(...parts: readonly Part[]): void {
    this.#parts.push(...parts);
  }

  /**
   * Rejects with the first failure of a part, unless the service is already stopping: a part may then fail because it
   * was stopped.
   */
  async start(): Promise<void> {
    try {
      for (const part of this.#parts) {
        if (this.#stopping !== undefined) return;
        this.#logger.debug({ part: part.name }, 'starting');
        await part.start?.();
      }
    } catch (error) {
      if (this.#stopping === undefined) throw error;
    }
  }

  /**
   * Also stops parts that have not started. A part that fails to stop does not keep the others from stopping; this
   * rejects afterwards.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const failures: unknown[] = [];
    for (const part of this.#parts.toReversed()) {
      this.#logger.debug({ part: part.name }, 'stopping');
      try {
        await part.stop?.();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, 'parts of the service could not be stopped');
  }
}
