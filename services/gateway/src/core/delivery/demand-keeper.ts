/** Keeps this gateway's wants on the demand board for transcoders. Wants expire, so they are renewed every second. */
import type { DemandBoard, Want } from '@oriel/control';
import type { Logger } from '../logger.ts';

export interface DemandKeeperDeps {
  readonly gatewayId: string;
  readonly demandBoard: Pick<DemandBoard, 'renew'>;
  readonly logger: Logger;
}

/** Wants expire 3 s after their last renewal. */
export const RENEW_INTERVAL_MS = 1_000;

export class DemandKeeper {
  readonly #deps: DemandKeeperDeps;
  #wants: readonly Want[] = [];
  #timer: NodeJS.Timeout | undefined;
  #renewing: Promise<void> | undefined;
  #isStale = false;
  #isFailing = false;
  #isClosed = false;
  /** Redis already holds no wants of this gateway, so there is nothing to renew. */
  #isKnownToWantNothing = false;

  constructor(deps: DemandKeeperDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = setInterval(() => {
      if (!this.#isKnownToWantNothing) this.#renew();
    }, RENEW_INTERVAL_MS);
  }

  /** Replaces the wants and writes them at once. Changes during a write go out together in the next one. */
  want(wants: readonly Want[]): void {
    this.#wants = wants;
    this.#isKnownToWantNothing = false;
    this.#renew();
  }

  /** Withdraws all wants. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
    this.#isClosed = true;
    try {
      await this.#deps.demandBoard.renew(this.#deps.gatewayId, []);
    } catch (error) {
      this.#deps.logger.warn({ err: error }, 'demand could not be taken back, it expires by itself');
    }
  }

  #renew(): void {
    if (this.#isClosed) return;
    this.#isStale = true;
    this.#renewing ??= this.#renewUntilCurrent().finally(() => {
      this.#renewing = undefined;
    });
  }

  /** Never rejects. The timer tries again; an outage of the control Redis is logged once. */
  async #renewUntilCurrent(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      const wants = this.#wants;
      try {
        await this.#deps.demandBoard.renew(this.#deps.gatewayId, wants);
        this.#isKnownToWantNothing = wants.length === 0 && this.#wants.length === 0;
        if (this.#isFailing) this.#deps.logger.info({}, 'demand is renewed again');
        this.#isFailing = false;
      } catch (error) {
        if (!this.#isFailing) this.#deps.logger.warn({ err: error }, 'demand could not be renewed, trying again');
        this.#isFailing = true;
      }
    }
  }
}
