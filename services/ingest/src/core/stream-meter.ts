/** Measures what a camera really sends, over the last seconds. */

export interface StreamMeasurement {
  readonly framerate: number;
  readonly bitrateKbps: number;
  /** Time between the last two keyframes; undefined before the second. */
  readonly keyframeIntervalMs: number | undefined;
  /** Size of the larger of the last complete GOP and the current one. */
  readonly gopBytes: number;
}

export class StreamMeter {
  /** Ring buffer with one slot per access unit: no allocation per access unit. */
  readonly #arrivalsMs = new Float64Array(MAX_SAMPLES);
  readonly #bytes = new Float64Array(MAX_SAMPLES);
  #count = 0;
  #lastKeyframeAtMs: number | undefined;
  #keyframeIntervalMs: number | undefined;
  #runningGopBytes = 0;
  #previousGopBytes = 0;

  add(arrivalMs: number, bytes: number, isKeyframe: boolean): void {
    this.#arrivalsMs[this.#count % MAX_SAMPLES] = arrivalMs;
    this.#bytes[this.#count % MAX_SAMPLES] = bytes;
    this.#count++;
    if (isKeyframe) {
      if (this.#lastKeyframeAtMs !== undefined)
        this.#keyframeIntervalMs = Math.round(arrivalMs - this.#lastKeyframeAtMs);
      this.#lastKeyframeAtMs = arrivalMs;
      this.#previousGopBytes = this.#runningGopBytes;
      this.#runningGopBytes = 0;
    }
    this.#runningGopBytes += bytes;
  }

  /** Mean time between the pictures of the window; undefined for fewer than two. */
  meanIntervalMs(nowMs: number): number | undefined {
    const { framerate } = this.measure(nowMs);
    return framerate === 0 ? undefined : 1000 / framerate;
  }

  measure(nowMs: number): StreamMeasurement {
    const newest = this.#count - 1;
    let oldest = newest;
    let bytes = 0;
    while (oldest > Math.max(0, this.#count - MAX_SAMPLES) && this.#at(oldest - 1) >= nowMs - WINDOW_MS) {
      // The oldest picture only marks the start of the period, so its bytes do not count.
      bytes += this.#bytes[oldest % MAX_SAMPLES] ?? 0;
      oldest--;
    }
    const elapsedMs = newest < 0 ? 0 : this.#at(newest) - this.#at(oldest);
    return {
      framerate: elapsedMs > 0 ? round((newest - oldest) / (elapsedMs / 1000)) : 0,
      bitrateKbps: elapsedMs > 0 ? Math.round((bytes * 8) / elapsedMs) : 0,
      keyframeIntervalMs: this.#keyframeIntervalMs,
      gopBytes: Math.max(this.#previousGopBytes, this.#runningGopBytes),
    };
  }

  #at(index: number): number {
    return this.#arrivalsMs[index % MAX_SAMPLES] ?? 0;
  }
}

const WINDOW_MS = 5000;
/** Five seconds of the fastest cameras: 200 frames/s. */
const MAX_SAMPLES = 1024;

function round(framesPerSecond: number): number {
  return Math.round(framesPerSecond * 10) / 10;
}
