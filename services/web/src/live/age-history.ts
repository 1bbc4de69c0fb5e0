/** Frame ages of the last minute, two a second. Fixed memory. */
export class AgeHistory {
  readonly #agesMs = new Float32Array(AGE_HISTORY_SAMPLES).fill(Number.NaN);
  #next = 0;

  /** @param ageMs - undefined where there was no picture to have an age */
  add(ageMs: number | undefined): void {
    this.#agesMs[this.#next] = ageMs ?? Number.NaN;
    this.#next = (this.#next + 1) % AGE_HISTORY_SAMPLES;
  }

  /** Oldest first; NaN where there was no picture. */
  oldestFirst(): Float32Array {
    const ordered = new Float32Array(AGE_HISTORY_SAMPLES);
    ordered.set(this.#agesMs.subarray(this.#next));
    ordered.set(this.#agesMs.subarray(0, this.#next), AGE_HISTORY_SAMPLES - this.#next);
    return ordered;
  }
}

export const AGE_HISTORY_SAMPLES = 120;
