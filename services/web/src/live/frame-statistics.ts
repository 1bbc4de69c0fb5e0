/**
 * Measures one camera's pictures: rate, age, loss. Memory stays fixed, however long the page is open.
 */

/** One picture that reached the screen. Times in milliseconds by the page's monotonic clock. */
export interface ShownFrame {
  readonly shownAtMs: number;
  readonly sizeBytes: number;
  /** Pictures that the gateway skipped since the previous one. */
  readonly skipped: number;
  /** From the camera's last packet to the screen; absent while the clock offset is unknown. */
  readonly ageMs?: number;
  /** Parts of `ageMs`: from the camera's last packet to the gateway's socket, from there to this page, and until drawn. */
  readonly serverMs?: number;
  readonly networkMs?: number;
  readonly drawMs: number;
}

export interface FrameReadings {
  readonly framesPerSecond: number;
  /** Bit rate of the shown JPEGs. */
  readonly bitsPerSecond: number;
  readonly shownFrames: number;
  /** Skipped by the gateway, or replaced on this page by a newer picture before being drawn. */
  readonly droppedFrames: number;
  readonly undecodableFrames: number;
  /** Age of the picture on screen. Keeps growing while no newer one comes. */
  readonly ageMs: number | undefined;
  readonly serverMs: number | undefined;
  readonly networkMs: number | undefined;
  readonly drawMs: number | undefined;
}

export class FrameStatistics {
  readonly #shownAtMs = new Float64Array(CAPACITY);
  readonly #sizeBytes = new Float64Array(CAPACITY);
  /** Pictures written to the two rings since the last {@link resume}. Exceeds `CAPACITY` once they wrap. */
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

  /** Counts a picture that a newer one replaced before it was drawn, and those that the gateway skipped before it. */
  replaced(skipped: number): void {
    this.#droppedFrames += 1 + Math.max(0, Math.trunc(skipped) || 0);
  }

  undecodable(): void {
    this.#undecodableFrames++;
  }

  /** When the picture on screen was drawn; undefined before the first one since {@link resume}. */
  get lastShownAtMs(): number | undefined {
    return this.#last?.shownAtMs;
  }

  /** Mean interval over the last few pictures; undefined before the second one. */
  get usualIntervalMs(): number | undefined {
    const intervals = Math.min(this.#ringFrames - 1, USUAL_FRAMES);
    if (intervals < 1) return undefined;
    return (this.#shownAtBack(0) - this.#shownAtBack(intervals)) / intervals;
  }

  /** Restarts the rate after an intended pause. Totals since the page was opened stay. */
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
   * While pictures come at their usual pace, this is the age at which the last one was drawn: it means latency and does
   * not flicker. Once a picture is overdue, it grows with the clock.
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
    // Fewer than two pictures in the window: use the interval of the last two until the next is overdue.
    if (frames < 2) {
      const intervalMs = available < 2 ? 0 : this.#shownAtBack(0) - this.#shownAtBack(1);
      if (intervalMs <= 0 || nowMs - this.#shownAtBack(0) > 2 * intervalMs) return NO_RATE;
      const lastBytes = this.#sizeBytes[this.#slotBack(0)] ?? 0;
      return { framesPerSecond: 1000 / intervalMs, bitsPerSecond: (8000 * lastBytes) / intervalMs };
    }
    const spanMs = this.#shownAtBack(0) - this.#shownAtBack(frames - 1);
    const intervalMs = spanMs / (frames - 1);
    const silentMs = nowMs - this.#shownAtBack(0);
    // The silence since the last picture counts only once it exceeds the usual interval by far.
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
