/**
 * When a picture is too late to be worth encoding. Pure.
 *
 * At the start a whole GOP waits, decoded as fast as it goes: only its newest picture is shown, the others would hold it up. Later
 * a picture may be as late as the camera's `max_latency_ms`.
 */
export type LatenessState = 'live' | 'catching-up' | 'late';

export class Lateness {
  readonly #maxLatencyMs: number;
  #isCatchingUp = true;
  #leastBehindMs = Number.POSITIVE_INFINITY;
  #picturesWithoutGain = 0;

  constructor(maxLatencyMs: number) {
    this.#maxLatencyMs = maxLatencyMs;
  }

  beginCatchUp(): void {
    this.#isCatchingUp = true;
    this.#leastBehindMs = Number.POSITIVE_INFINITY;
    this.#picturesWithoutGain = 0;
  }

  /** Whether decoding is so late that a keyframe further on is the way to catch up. */
  mustJump(behindMs: number): boolean {
    return behindMs > this.#maxLatencyMs;
  }

  /** @param behindMs how far the picture is behind the newest access unit, 0 when it is the newest */
  judge(behindMs: number): LatenessState {
    if (this.#isCatchingUp && !this.#hasCaughtUp(behindMs)) return 'catching-up';
    this.#isCatchingUp = false;
    return behindMs > this.#maxLatencyMs ? 'late' : 'live';
  }

  #hasCaughtUp(behindMs: number): boolean {
    if (behindMs <= 0) return true;
    this.#picturesWithoutGain = behindMs < this.#leastBehindMs ? 0 : this.#picturesWithoutGain + 1;
    this.#leastBehindMs = Math.min(this.#leastBehindMs, behindMs);
    // On a host that cannot gain on the camera, late pictures are better than none.
    return this.#picturesWithoutGain >= MAX_PICTURES_WITHOUT_GAIN;
  }
}

/** About a second: shorter standstills come from access units that arrive in bursts. */
const MAX_PICTURES_WITHOUT_GAIN = 30;
