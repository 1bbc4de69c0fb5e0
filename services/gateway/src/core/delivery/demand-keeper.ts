/** Keeps this gateway's wants known to the transcoders, and makes sure that someone can take a camera that is wanted. */
import type { DemandBoard, LeaseOffers, Want } from '@oriel/control';
import type { Logger } from '../logger.ts';
import type { FanoutWant } from './frame-fanout.ts';

export interface DemandKeeperDeps {
  readonly gatewayId: string;
  readonly demandBoard: Pick<DemandBoard, 'renew'>;
  readonly leaseOffers: Pick<LeaseOffers, 'offer'>;
  /** Monotonic, the one that `lastFrameAtMs` of the wants is by. */
  readonly nowMs: () => number;
  readonly logger: Logger;
  readonly wants: () => readonly FanoutWant[];
}

/** Wants expire 3 s after their last renewal. */
export const RENEW_INTERVAL_MS = 1_000;
/** A wanted camera without a frame for so long may have no transcode job: the last one ended as this viewer came. */
const OFFER_AGAIN_AFTER_MS = 1_000;

export class DemandKeeper {
  readonly #deps: DemandKeeperDeps;
  #timer: NodeJS.Timeout | undefined;
  #renewing: Promise<void> | undefined;
  #hasChanged = false;
  #isFailing = false;
  #isClosed = false;
  #offeredCameraIds = new Set<string>();
  /** Redis knows that this gateway wants nothing: there is nothing that could expire. */
  #isKnownToWantNothing = false;

  constructor(deps: DemandKeeperDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = setInterval(() => {
      if (!this.#isKnownToWantNothing || this.#deps.wants().length > 0) this.changed();
    }, RENEW_INTERVAL_MS);
  }

  /** Writes the wants of now; while a write is under way, one more follows it, however often this is called. */
  changed(): void {
    if (this.#isClosed) return;
    this.#hasChanged = true;
    this.#renewing ??= this.#renewUntilUnchanged().finally(() => {
      this.#renewing = undefined;
    });
  }

  /** Takes all wants back. */
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

  /** Never rejects: the next renewal comes by itself, and a control Redis that is away is logged once. */
  async #renewUntilUnchanged(): Promise<void> {
    while (this.#hasChanged) {
      this.#hasChanged = false;
      try {
        await this.#renew();
        if (this.#isFailing) this.#deps.logger.info({}, 'demand is renewed again');
        this.#isFailing = false;
      } catch (error) {
        if (!this.#isFailing) this.#deps.logger.warn({ err: error }, 'demand could not be renewed, trying again');
        this.#isFailing = true;
      }
    }
  }

  async #renew(): Promise<void> {
    const wanted = this.#deps.wants();
    const wants: Want[] = wanted.map(({ cameraId, rendition }) => ({ cameraId, rendition }));
    const toOffer = this.#camerasToOffer(wanted);
    this.#offeredCameraIds = new Set(wanted.map((want) => want.cameraId));
    // The demand goes first: a transcoder that gets the job finds it there.
    await this.#deps.demandBoard.renew(this.#deps.gatewayId, wants);
    this.#isKnownToWantNothing = wants.length === 0;
    for (const cameraId of toOffer) {
      // Not awaited: BullMQ waits for a Redis that is away, and renewals must not wait with it.
      this.#deps.leaseOffers.offer('transcode', cameraId).catch((error: unknown) => {
        this.#deps.logger.warn({ err: error, cameraId }, 'a transcode lease could not be offered');
      });
    }
  }

  #camerasToOffer(wanted: readonly FanoutWant[]): readonly string[] {
    const nowMs = this.#deps.nowMs();
    const flowing = new Set(
      wanted
        .filter(({ lastFrameAtMs }) => lastFrameAtMs !== undefined && nowMs - lastFrameAtMs < OFFER_AGAIN_AFTER_MS)
        .map(({ cameraId }) => cameraId),
    );
    const cameraIds = new Set(wanted.map(({ cameraId }) => cameraId));
    return [...cameraIds].filter((cameraId) => !this.#offeredCameraIds.has(cameraId) || !flowing.has(cameraId));
  }
}
