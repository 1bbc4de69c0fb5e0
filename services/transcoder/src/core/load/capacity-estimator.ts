/**
 * Estimates which share of the nominal cores can be planned with. No I/O.
 *
 * A host shared with other programs, or a CPU limit that the process cannot see, gives less than the nominal cores:
 * pictures get late although the plan was right. The share then drops to the work that was really done, and grows back
 * step by step.
 */
export interface CapacityObservation {
  /** Pictures that were due, and how many of them were dropped for lack of time. */
  readonly duePictures: number;
  readonly missedPictures: number;
  /** Elapsed time of decoding and encoding, summed, per second. */
  readonly busyCores: number;
  /** CPU time the process took, in cores. */
  readonly cpuCores: number;
  /** Nominal cores. */
  readonly usableCores: number;
  /** The cost of the work done, by the cost model of the plan. */
  readonly doneCores: number;
  /** Whether a plan left out frames. */
  readonly isReduced: boolean;
}

export class CapacityEstimator {
  #share = 1;
  #overloadedRuns = 0;

  /** Share of the usable cores that can be planned with; above 1 where the plan turned out too cautious. */
  get share(): number {
    return this.#share;
  }

  /** Call about once a second. */
  learn(use: CapacityObservation): void {
    // Slow delivery also makes pictures late, but not slower to decode and encode.
    const isContended = use.busyCores > use.cpuCores * CONTENDED;
    const isOverloaded = isContended && use.missedPictures > use.duePictures * TOLERABLE_MISSES;
    this.#overloadedRuns = isOverloaded ? this.#overloadedRuns + 1 : 0;
    if (this.#overloadedRuns >= OVERLOADED_RUNS) {
      this.#share = Math.min(this.#share, use.doneCores / use.usableCores) * BACK_OFF;
      // The next run still observes work that was planned before this correction.
      this.#overloadedRuns = 0;
      return;
    }
    // While all cores are used, nothing suggests that there are more.
    if (isOverloaded || use.cpuCores >= use.usableCores) return;
    const regained = Math.max(LEAST, this.#share) * (isContended ? RECOVERY : FAST_RECOVERY);
    this.#share = Math.min(use.isReduced ? MOST : 1, regained);
  }
}

/**
 * Ratio of elapsed time to CPU time above which the CPU was not available at once. On an idle host the ratio is below
 * 1, because decoding and encoding are most but not all of what the process does.
 */
const CONTENDED = 1.2;
/**
 * These rates come from docs/decisions/0010-what-the-host-really-gives.md. Measured with them: pictures even again within
 * 1.9 s at 0.15 of a core.
 */
const TOLERABLE_MISSES = 0.1;
/** A single overloaded run is a hiccup. */
const OVERLOADED_RUNS = 2;
const BACK_OFF = 0.9;
const RECOVERY = 1.05;
const FAST_RECOVERY = 1.3;
/** Lets the share grow again from 0. */
const LEAST = 0.001;
/** With few frames made, the overhead of the process makes each look expensive: more fit in than the model says. */
const MOST = 2;
