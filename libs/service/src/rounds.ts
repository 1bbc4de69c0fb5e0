import type { CameraCatalog } from '@oriel/control';
import type { Logger } from '@oriel/observability';
import type { Part } from './service-life.ts';

export interface RoundsOptions {
  /** What is done, to follow "cannot": e.g. "offer cameras". */
  readonly name: string;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly round: () => Promise<void>;
  /** A round is due at once when these change. */
  readonly cameras?: Pick<CameraCatalog, 'subscribe'>;
  /** Pause between two rounds [2000]. */
  readonly intervalMs?: number;
}

/** Does something over and over, and at once when cameras change. Logs once when it starts to fail, and once when it works again. */
export class Rounds implements Part {
  readonly name: string;
  readonly #options: RoundsOptions;
  #timer: NodeJS.Timeout | undefined;
  #isRunning = false;
  #isAskedAgain = false;
  #isStopped = false;
  #isFailing = false;
  #unsubscribe: (() => void) | undefined;

  constructor(options: RoundsOptions) {
    this.name = options.name;
    this.#options = options;
  }

  start(): void {
    this.#unsubscribe = this.#options.cameras?.subscribe(() => this.soon());
    this.soon();
  }

  /** Does not wait for a round under way: while Redis is away, that ends only with the connection. */
  stop(): void {
    this.#isStopped = true;
    this.#unsubscribe?.();
    clearTimeout(this.#timer);
  }

  /** Starts a round now, or right after the one under way. */
  soon(): void {
    this.#isAskedAgain = true;
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    clearTimeout(this.#timer);
    while (this.#isAskedAgain && !this.#isStopped) {
      this.#isAskedAgain = false;
      await this.#round();
    }
    this.#isRunning = false;
    if (!this.#isStopped) this.#timer = setTimeout(() => this.soon(), this.#options.intervalMs ?? INTERVAL_MS);
  }

  /** Never rejects. */
  async #round(): Promise<void> {
    const { name, logger, round } = this.#options;
    try {
      await round();
      if (this.#isFailing && !this.#isStopped) logger.info(`can ${name} again`);
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing && !this.#isStopped) logger.warn({ err: error }, `cannot ${name}, trying again`);
      this.#isFailing = true;
    }
  }
}

/** What Redis has lost is back within this time. */
const INTERVAL_MS = 2_000;
