/** Learns a camera's keyframe interval from its access units. */
import type { AccessUnit } from '@oriel/media-bus';
import { MEDIA_CLOCK_HZ } from './frame-pacer.ts';

export class KeyframeInterval {
  #lastTicks: number | undefined;
  #intervalTicks: number | undefined;

  /** Call for every access unit, in order. */
  observe({ isKeyframe, discontinuity, rtpTimeTicks }: AccessUnit): void {
    if (discontinuity) this.#lastTicks = undefined;
    if (!isKeyframe) return;
    const ticks = this.#lastTicks === undefined ? undefined : rtpTimeTicks - this.#lastTicks;
    this.#lastTicks = rtpTimeTicks;
    if (ticks !== undefined && ticks > 0) this.#intervalTicks = ticks;
  }

  /** Undefined before two keyframes were seen. */
  get perSecond(): number | undefined {
    return this.#intervalTicks === undefined ? undefined : MEDIA_CLOCK_HZ / this.#intervalTicks;
  }

  /** Whether keyframes alone supply this rate; false before two keyframes were seen. */
  suffices(framerate: number): boolean {
    return this.#intervalTicks !== undefined && framerate * this.#intervalTicks <= MEDIA_CLOCK_HZ * TOLERANCE;
  }
}

/** A keyframe every 1.01 s counts as one a second. */
const TOLERANCE = 1.03;
