/** Measures how far the gateway's clock is from this page's, by the round trips since the page connected. */
import { ClockBounds, type ClockExchange } from '@oriel/model';

export class ClockOffset {
  #bounds = new ClockBounds(ROUNDING_MS);
  #roundTripMs: number | undefined;

  /** Adds a round trip. Ignores one that makes no sense. */
  add(exchange: ClockExchange): void {
    const roundTripMs = exchange.receivedAtMs - exchange.sentAtMs;
    if (!Number.isFinite(exchange.serverTimeMs) || roundTripMs < 0) return;
    this.#bounds.add(exchange);
    this.#roundTripMs = roundTripMs;
  }

  /** Forgets all round trips. A reconnect may lead to another gateway, with another clock. */
  reset(): void {
    this.#bounds = new ClockBounds(ROUNDING_MS);
    this.#roundTripMs = undefined;
  }

  /** Gateway's clock minus local clock; undefined before the first round trip. */
  get offsetMs(): number | undefined {
    return this.#bounds.offsetMs;
  }

  /** Largest possible error of {@link offsetMs}; infinite before the first round trip. */
  get uncertaintyMs(): number {
    return this.#bounds.uncertaintyMs;
  }

  /** Duration of the last round trip. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  /** Converts local time to the gateway's; undefined before the first round trip. */
  toServerMs(localMs: number): number | undefined {
    const { offsetMs } = this;
    return offsetMs === undefined ? undefined : localMs + offsetMs;
  }

  /**
   * Whether a frame sent at `sentAtMs` by the gateway's clock cannot have arrived at `arrivedAtMs` by the local one, or only after a journey
   * longer than any live picture's. The gateway's clock was then set since the last round trip.
   */
  isContradictedBy(sentAtMs: number, arrivedAtMs: number): boolean {
    const arrivedServerMs = this.toServerMs(arrivedAtMs);
    if (arrivedServerMs === undefined || !Number.isFinite(sentAtMs)) return false;
    const travelledMs = arrivedServerMs - sentAtMs;
    return travelledMs < -this.uncertaintyMs - TOLERANCE_MS || travelledMs > LONGEST_JOURNEY_MS;
  }
}

/** The gateway reports whole milliseconds. */
const ROUNDING_MS = 0.5;

/** Slack for the drift of two quartz clocks over the 10 s between two measurements. */
const TOLERANCE_MS = 5;

/** On a line this slow, the gateway's newest-frame rule would have dropped the frame. */
const LONGEST_JOURNEY_MS = 10_000;
