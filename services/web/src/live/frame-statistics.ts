/**
 * What one camera's pictures tell about themselves: rate, age, loss. Fixed memory, however long the page stays open.
 */

/** One picture that reached the screen. Times in milliseconds by the page's monotonic clock. */
export interface ShownFrame {
  readonly shownAtMs: number;
  readonly sizeBytes: number;
  /** Pictures the gateway left out since the previous one. */
  readonly skipped: number;
  /** From the camera's last packet to the screen; absent while the clock offset is unknown. */
  readonly ageMs?: number;
  /** The parts of `ageMs`: camera's last packet to the gateway's socket, from there to this page, and until drawn. */
  readonly serverMs?: number;
  readonly networkMs?: number;
  readonly drawMs: number;
}

export interface FrameReadings {
  readonly framesPerSecond: number;
  /** Bits per second of JPEG that arrived. */
  readonly bitsPerSecond: number;
  readonly shownFrames: number;
  /** Left out by the gateway, or replaced here by a newer one before it was drawn. */
  readonly droppedFrames: number;
  readonly undecodableFrames: number;
  /** Age of the picture on the screen, ms; keeps growing when no newer one comes. */
  readonly ageMs: number | undefined;
  readonly serverMs: number | undefined;
  readonly networkMs: number | undefined;
  readonly drawMs: number | undefined;
}

export class FrameStatistics {
  readonly #shownAtMs = new Float64Array(CAPACITY);
  readonly #sizeBytes = new Float64Array(CAPACITY);
  /** Pictures in the two rings, or more when they have come round. */
  #ringFrames = 0;
  #shownFrames = 0;
  #droppedFrames = 0;
  #undecodableFrames = 0;
  #last: ShownFrame | undefined;

  shown(frame: ShownFrame): void {
    const slot = this.#ringFrames % CAPACITY;
    this.#shownAtMs[slot] = frame.shownAtMs;
    this.#sizeBytes[slot] = frame.sizeBytes;
    this.#ringFrames++;
    this.#shownFrames++;
    this.#droppedFrames += Math.max(0, Math.trunc(frame.skipped) || 0);
    this.#last = frame;
  }

  /** A picture gave way to a newer one before it was drawn. What the gateway had left out before it counts too. */
  replaced(skipped: number): void {
    this.#droppedFrames += 1 + Math.max(0, Math.trunc(skipped) || 0);
  }

  undecodable(): void {
    this.#undecodableFrames++;
  }

  /** When the picture on the screen was drawn. */
  get lastShownAtMs(): number | undefined {
    return this.#last?.shownAtMs;
  }

  /** Usual distance between two pictures, ms, over the last few; undefined before the second one. */
  get usualIntervalMs(): number | undefined {
    const intervals = Math.min(this.#ringFrames - 1, USUAL_FRAMES);
    if (intervals < 1) return undefined;
    return (this.#shownAtBack(0) - this.#shownAtBack(intervals)) / intervals;
  }

  /** Starts counting the rate anew, after a pause that was wanted. Counts since the page was opened stay. */
  resume(): void {
    this.#ringFrames = 0;
    this.#last = undefined;
  }

  readings(nowMs: number): FrameReadings {
    const { framesPerSecond, bitsPerSecond } = this.#rates(nowMs);
    const last = this.#last;
    return {
      framesPerSecond,
      bitsPerSecond,
      shownFrames: this.#shownFrames,
      droppedFrames: this.#droppedFrames,
      undecodableFrames: this.#undecodableFrames,
      ageMs: this.#ageMs(nowMs),
      serverMs: last?.serverMs,
      networkMs: last?.networkMs,
      drawMs: last?.drawMs,
    };
  }

  /**
   * While pictures come at their usual pace the age is what it was when the last one was drawn: a number that means
   * latency and does not flicker. Once one is overdue it grows with the clock.
   */
  #ageMs(nowMs: number): number | undefined {
    const last = this.#last;
    if (last?.ageMs === undefined) return undefined;
    const sinceShownMs = nowMs - last.shownAtMs;
    const overdueMs = Math.max(OVERDUE_MS, 2 * (this.usualIntervalMs ?? 0));
    return sinceShownMs > overdueMs ? last.ageMs + sinceShownMs : last.ageMs;
  }

  #rates(nowMs: number): { framesPerSecond: number; bitsPerSecond: number } {
    const available = Math.min(this.#ringFrames, CAPACITY);
    let frames = 0;
    let bytes = 0;
    while (frames < available && nowMs - this.#shownAtBack(frames) <= WINDOW_MS) {
      bytes += this.#sizeBytes[this.#slotBack(frames)] ?? 0;
      frames++;
    }
    // Slower than two in the window: the distance of the last two, for as long as the next is not overdue.
    if (frames < 2) {
      const intervalMs = available < 2 ? 0 : this.#shownAtBack(0) - this.#shownAtBack(1);
      if (intervalMs <= 0 || nowMs - this.#shownAtBack(0) > 2 * intervalMs) return NO_RATE;
      const lastBytes = this.#sizeBytes[this.#slotBack(0)] ?? 0;
      return { framesPerSecond: 1000 / intervalMs, bitsPerSecond: (8000 * lastBytes) / intervalMs };
    }
    const spanMs = this.#shownAtBack(0) - this.#shownAtBack(frames - 1);
    const intervalMs = spanMs / (frames - 1);
    const silentMs = nowMs - this.#shownAtBack(0);
    // The silence since the last picture counts once it is longer than a picture usually takes.
    const countedMs = silentMs > 2 * intervalMs + JITTER_MS ? spanMs + silentMs : spanMs;
    if (countedMs <= 0) return NO_RATE;
    return {
      framesPerSecond: ((frames - 1) * 1000) / countedMs,
      bitsPerSecond: (8000 * bytes * (frames - 1)) / (frames * countedMs),
    };
  }

  #slotBack(framesBack: number): number {
    return (this.#ringFrames - 1 - framesBack) % CAPACITY;
  }

  /** When the picture `framesBack` before the newest was shown. */
  #shownAtBack(framesBack: number): number {
    return this.#shownAtMs[this.#slotBack(framesBack)] ?? Number.NEGATIVE_INFINITY;
  }
}

/** Three seconds at the protocol's highest framerate, 120. */
const CAPACITY = 360;
const WINDOW_MS = 3_000;
const USUAL_FRAMES = 8;
const NO_RATE = { framesPerSecond: 0, bitsPerSecond: 0 };
const OVERDUE_MS = 1_000;
const JITTER_MS = 300;
