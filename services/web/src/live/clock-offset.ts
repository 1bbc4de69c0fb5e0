/** How far the gateway's clock is from this page's, by the round trips since the page connected. */
import { ClockBounds, type ClockExchange } from '@oriel/model';

export class ClockOffset {
  #bounds = new ClockBounds(ROUNDING_MS);
  #roundTripMs: number | undefined;

  /** Adds a round trip; one that makes no sense is ignored. */
  add(exchange: ClockExchange): void {
    const roundTripMs = exchange.receivedAtMs - exchange.sentAtMs;
    if (!Number.isFinite(exchange.serverTimeMs) || roundTripMs < 0) return;
    this.#bounds.add(exchange);
    this.#roundTripMs = roundTripMs;
  }

  /** Forgets everything: after a reconnect it may be another gateway, with another clock. */
  reset(): void {
    this.#bounds = new ClockBounds(ROUNDING_MS);
    this.#roundTripMs = undefined;
  }

  /** Gateway's clock minus local clock, ms; undefined before the first round trip. */
  get offsetMs(): number | undefined {
    return this.#bounds.offsetMs;
  }

  /** {@link offsetMs} is wrong by at most this much; infinite before the first round trip. */
  get uncertaintyMs(): number {
    return this.#bounds.uncertaintyMs;
  }

  /** Of the last one, ms. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  /** What the gateway's clock shows when the local one shows `localMs`; undefined before the first round trip. */
  toServerMs(localMs: number): number | undefined {
    const { offsetMs } = this;
    return offsetMs === undefined ? undefined : localMs + offsetMs;
  }

  /**
   * Whether something sent at `sentAtMs` by the gateway's clock cannot have arrived at `arrivedAtMs` by the local one, or only after
   * a journey that no live picture makes: the gateway's clock was set since the last round trip.
   */
  isContradictedBy(sentAtMs: number, arrivedAtMs: number): boolean {
    const arrivedServerMs = this.toServerMs(arrivedAtMs);
    if (arrivedServerMs === undefined || !Number.isFinite(sentAtMs)) return false;
    const travelledMs = arrivedServerMs - sentAtMs;
    return travelledMs < -this.uncertaintyMs - TOLERANCE_MS || travelledMs > LONGEST_JOURNEY_MS;
  }
}

/** The gateway tells whole milliseconds. */
const ROUNDING_MS = 0.5;

/** Slack for the drift of two quartz clocks over the minute between two measurements. */
const TOLERANCE_MS = 5;

/** A line this slow has been given up by the gateway's newest-frame rule. */
const LONGEST_JOURNEY_MS = 10_000;
