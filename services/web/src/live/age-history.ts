/** Frame ages of the last minute, two per second, in fixed memory. */
export class AgeHistory {
  readonly #agesMs = new Float32Array(AGE_HISTORY_SAMPLES).fill(Number.NaN);
  #next = 0;

  /** @param ageMs undefined when there was no picture */
  add(ageMs: number | undefined): void {
    this.#agesMs[this.#next] = ageMs ?? Number.NaN;
    this.#next = (this.#next + 1) % AGE_HISTORY_SAMPLES;
  }

  /** NaN stands for samples without a picture. */
  oldestFirst(): Float32Array {
    const ordered = new Float32Array(AGE_HISTORY_SAMPLES);
    ordered.set(this.#agesMs.subarray(this.#next));
    ordered.set(this.#agesMs.subarray(0, this.#next), AGE_HISTORY_SAMPLES - this.#next);
    return ordered;
  }
}

export const AGE_HISTORY_SAMPLES = 120;
