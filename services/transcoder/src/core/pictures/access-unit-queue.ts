/** Access units of one camera waiting to be decoded. Bounded in number and bytes; can skip to the newest keyframe. */
import type { AccessUnit } from '@oriel/media-bus';

export interface AccessUnitQueueLimits {
  readonly maxAccessUnits: number;
  readonly maxBytes: number;
}

export class AccessUnitQueue {
  readonly #limits: AccessUnitQueueLimits;
  #items: AccessUnit[] = [];
  #bytes = 0;
  #newestArrivalTimeUs = 0;

  constructor(limits: AccessUnitQueueLimits = DEFAULT_LIMITS) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#items.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Arrival time at ingest of the newest access unit ever pushed. Lateness is measured against it, so only one clock
   * counts.
   */
  get newestArrivalTimeUs(): number {
    return this.#newestArrivalTimeUs;
  }

  get hasKeyframe(): boolean {
    return this.#items.some(({ isKeyframe }) => isKeyframe);
  }

  /**
   * Appends access units. On overflow, everything before the newest keyframe is dropped; if even the newest GOP is too
   * large, everything is dropped, and the reader must wait for a keyframe.
   * @returns how many were dropped
   */
  push(batch: readonly AccessUnit[]): number {
    for (const accessUnit of batch) {
      this.#items.push(accessUnit);
      this.#bytes += accessUnit.data.length;
      this.#newestArrivalTimeUs = accessUnit.arrivalTimeUs;
    }
    if (!this.#isOver) return 0;
    const dropped = this.skipToNewestKeyframe();
    return this.#isOver ? dropped + this.clear() : dropped;
  }

  shift(): AccessUnit | undefined {
    const accessUnit = this.#items.shift();
    if (accessUnit !== undefined) this.#bytes -= accessUnit.data.length;
    return accessUnit;
  }

  /** Puts access units that were taken out but not used back at the front. */
  unshift(accessUnits: readonly AccessUnit[]): void {
    this.#items = [...accessUnits, ...this.#items];
    for (const { data } of accessUnits) this.#bytes += data.length;
  }

  /** Drops everything before the newest keyframe; nothing if there is none. @returns how many were dropped */
  skipToNewestKeyframe(): number {
    const keyframe = this.#items.findLastIndex(({ isKeyframe }) => isKeyframe);
    for (let dropped = 0; dropped < keyframe; dropped++) this.shift();
    return Math.max(0, keyframe);
  }

  /** @returns how many were dropped */
  clear(): number {
    const dropped = this.#items.length;
    this.#items = [];
    this.#bytes = 0;
    return dropped;
  }

  get #isOver(): boolean {
    return this.#items.length > this.#limits.maxAccessUnits || this.#bytes > this.#limits.maxBytes;
  }
}

/**
 * 3,600 is a GOP of a minute at 60 frames/s; 32 MiB is the default `buffer_size`, which is what the media bus keeps of
 * a camera.
 */
const DEFAULT_LIMITS: AccessUnitQueueLimits = { maxAccessUnits: 3_600, maxBytes: 32 * 1024 * 1024 };
