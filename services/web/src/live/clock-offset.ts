/**
 * How far the gateway's clock is from this page's, estimated from round trips.
 *
 * Each round trip bounds the true offset: the server read its clock somewhere between sending and receiving, so the
 * middle is wrong by at most half the round trip. The shortest of the last few is therefore the best witness.
 */

/** One round trip. All times in milliseconds; the local ones by one monotonic clock. */
export interface ClockSample {
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
  /** The gateway's clock when it answered, milliseconds since the Unix epoch. */
  readonly serverTimeMs: number;
}

export class ClockOffset {
  readonly #samples: ClockSample[] = [];
  #best: ClockSample | undefined;

  /** Adds a round trip. One that contradicts the best so far means that a clock was set: the old ones are forgotten. */
  add(sample: ClockSample): void {
    if (!Number.isFinite(sample.serverTimeMs) || sample.receivedAtMs < sample.sentAtMs) return;
    if (this.#best && contradicts(sample, this.#best)) this.#samples.length = 0;
    this.#samples.push(sample);
    if (this.#samples.length > KEPT_SAMPLES) this.#samples.shift();
    this.#best = this.#samples.reduce((best, next) => (roundTripMs(next) <= roundTripMs(best) ? next : best));
  }

  /** Forgets everything: after a reconnect it may be another gateway, with another clock. */
  reset(): void {
    this.#samples.length = 0;
    this.#best = undefined;
  }

  /** Gateway's clock minus local clock, ms; undefined before the first round trip. */
  get offsetMs(): number | undefined {
    return this.#best && sampleOffsetMs(this.#best);
  }

  /** The shortest round trip of those kept, ms. The offset is wrong by at most half of it. */
  get roundTripMs(): number | undefined {
    return this.#best && roundTripMs(this.#best);
  }

  /** What the gateway's clock shows when the local one shows `localMs`; undefined before the first round trip. */
  toServerMs(localMs: number): number | undefined {
    return this.#best && localMs + sampleOffsetMs(this.#best);
  }

  /**
   * Whether something sent at `sentAtMs` by the gateway's clock cannot have arrived at `arrivedAtMs` by the local one, or only after
   * a journey that no live picture makes: the gateway's clock was set since the last round trip.
   */
  isContradictedBy(sentAtMs: number, arrivedAtMs: number): boolean {
    const arrivedServerMs = this.toServerMs(arrivedAtMs);
    if (arrivedServerMs === undefined || !Number.isFinite(sentAtMs)) return false;
    const travelledMs = arrivedServerMs - sentAtMs;
    return travelledMs < -(this.roundTripMs ?? 0) / 2 - TOLERANCE_MS || travelledMs > LONGEST_JOURNEY_MS;
  }
}

/** Two bursts of four, so that the best of the previous burst still counts. */
const KEPT_SAMPLES = 8;

/** Slack for the millisecond that the server rounds away and for the drift of two quartz clocks over a minute. */
const TOLERANCE_MS = 5;

/** A line this slow has been given up by the gateway's newest-frame rule. */
const LONGEST_JOURNEY_MS = 10_000;

const roundTripMs = (sample: ClockSample): number => sample.receivedAtMs - sample.sentAtMs;

const sampleOffsetMs = (sample: ClockSample): number =>
  sample.serverTimeMs - (sample.sentAtMs + sample.receivedAtMs) / 2;

function contradicts(a: ClockSample, b: ClockSample): boolean {
  const apartMs = Math.abs(sampleOffsetMs(a) - sampleOffsetMs(b));
  return apartMs > (roundTripMs(a) + roundTripMs(b)) / 2 + TOLERANCE_MS;
}
