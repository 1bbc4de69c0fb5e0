import type { LeaseOffers } from '@oriel/control';

export interface WantedLeasesDeps {
  readonly offers: Pick<LeaseOffers, 'offer'>;
  /** Monotonic clock. */
  readonly nowMs: () => number;
}

/**
 * Makes sure that some transcoder can take each wanted camera. Offers it when somebody starts to want it, and every two
 * seconds while this transcoder does not hold it. Every transcoder does so; offering what is already offered costs
 * Redis next to nothing.
 */
export class WantedLeases {
  readonly #deps: WantedLeasesDeps;
  readonly #offeredAtMs = new Map<string, number>();

  constructor(deps: WantedLeasesDeps) {
    this.#deps = deps;
  }

  /** Call whenever demand is read. @param cameraIds wanted, and not held here */
  async follow(cameraIds: ReadonlySet<string>): Promise<void> {
    const { offers, nowMs } = this.#deps;
    for (const cameraId of this.#offeredAtMs.keys()) if (!cameraIds.has(cameraId)) this.#offeredAtMs.delete(cameraId);
    const atMs = nowMs();
    const due = [...cameraIds].filter(
      (cameraId) => atMs - (this.#offeredAtMs.get(cameraId) ?? -Infinity) >= OFFER_AGAIN_MS,
    );
    if (due.length === 0) return;
    await offers.offer('transcode', ...due);
    for (const cameraId of due) this.#offeredAtMs.set(cameraId, atMs);
  }
}

/**
 * The interval at which ingest offers, too. Redis may have lost the offer, or the camera's lease may have ended just as
 * its next viewer came.
 */
const OFFER_AGAIN_MS = 2_000;
