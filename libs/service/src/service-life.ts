import type { Logger } from '@oriel/observability';

/** Something that a service starts and stops. What waits for nothing may start at once and resolve later. */
export interface Part {
  readonly name: string;
  start?(): void | Promise<void>;
  stop?(): void | Promise<void>;
}

/**
 * Starts the parts of a service in the order in which they were added, each when the one before stands, and stops them in the
 * reverse order: so a part finds what it was built on, at its start as at its end.
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

  /** Rejects with the first failure of a part, unless the service is ending already: then what failed was told to stop. */
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

  /** Also stops what has not started yet. One part that fails does not keep the others: they stop, and then it rejects. */
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
