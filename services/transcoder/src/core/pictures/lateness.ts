/**
 * Decides when a picture is too late to be worth encoding. No I/O.
 *
 * A decoder starts with a whole cached GOP, decoded as fast as possible. Only the newest picture of it is shown,
 * because encoding the others would delay that one. After that, a picture may be as late as the camera's
 * `max_latency_ms`.
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

  /** Whether decoding is so late that it should skip to a later keyframe. */
  mustJump(behindMs: number): boolean {
    return behindMs > this.#maxLatencyMs;
  }

  /** @param behindMs how far the picture is behind the newest access unit; 0 for the newest */
  judge(behindMs: number): LatenessState {
    if (this.#isCatchingUp && !this.#hasCaughtUp(behindMs)) return 'catching-up';
    this.#isCatchingUp = false;
    return behindMs > this.#maxLatencyMs ? 'late' : 'live';
  }

  #hasCaughtUp(behindMs: number): boolean {
    if (behindMs <= 0) return true;
    this.#picturesWithoutGain = behindMs < this.#leastBehindMs ? 0 : this.#picturesWithoutGain + 1;
    this.#leastBehindMs = Math.min(this.#leastBehindMs, behindMs);
    // A host that cannot catch up shows late pictures rather than none.
    return this.#picturesWithoutGain >= MAX_PICTURES_WITHOUT_GAIN;
  }
}

/** About a second at 30 frames/s: access units that arrive in bursts cause shorter standstills. */
const MAX_PICTURES_WITHOUT_GAIN = 30;
