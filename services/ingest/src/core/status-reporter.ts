/**
 * Publishes a camera's status on the board. Only the newest status is ever sent; callers repeat it every second, so
 * that a restarted Redis has it too.
 */
import type { CameraStatus, CameraStatusBoard } from '@oriel/control';
import type { Logger } from '@oriel/observability';

export interface StatusReporterDeps {
  readonly board: Pick<CameraStatusBoard, 'publish'>;
  readonly logger: Logger;
}

export class StatusReporter {
  readonly #deps: StatusReporterDeps;
  /** Status to publish next. One publication runs at a time, always of the newest status. */
  #pending: CameraStatus | undefined;
  #sending: Promise<void> | undefined;
  #isBoardAway = false;

  constructor(deps: StatusReporterDeps) {
    this.#deps = deps;
  }

  publish(status: CameraStatus): void {
    this.#pending = status;
    this.#sending ??= this.#sendAll();
  }

  /** Resolves when the last status has been sent or has failed. */
  async settled(): Promise<void> {
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    while (this.#pending !== undefined) {
      const status = this.#pending;
      this.#pending = undefined;
      try {
        await this.#deps.board.publish(status);
        this.#isBoardAway = false;
      } catch (error) {
        // The next report repeats the status. One log line says that statuses are missing.
        if (!this.#isBoardAway) this.#deps.logger.warn({ err: error }, 'the camera status cannot be published');
        this.#isBoardAway = true;
      }
    }
    this.#sending = undefined;
  }
}
