/**
 * How much of the cores that should be there may be planned with. Pure.
 *
 * A host that others use too, or a limit that nobody told of, gives less: pictures get late although the plan was right. Then it
 * is planned with what was really done, and with more again step by step.
 */
export interface CapacityObservation {
  /** Pictures that were to be shown, and those of them that were left out for want of time. */
  readonly duePictures: number;
  readonly missedPictures: number;
  /** How long decoding and encoding took, added up, per second. */
  readonly busyCores: number;
  /** What the process took. */
  readonly cpuCores: number;
  /** What should be usable. */
  readonly usableCores: number;
  /** What the work that was done takes, in the units of the plan. */
  readonly doneCores: number;
  /** Whether frames were left out on purpose. */
  readonly isReduced: boolean;
}

export class CapacityEstimator {
  #share = 1;
  #overloadedRuns = 0;

  /** Of the usable cores; above 1 where the plan turned out to be too careful. */
  get share(): number {
    return this.#share;
  }

  /** To be called about once a second. */
  learn(use: CapacityObservation): void {
    // Pictures that are late because the way here is slow take no longer to decode and encode than others.
    const isContended = use.busyCores > use.cpuCores * CONTENDED;
    const isOverloaded = isContended && use.missedPictures > use.duePictures * TOLERABLE_MISSES;
    this.#overloadedRuns = isOverloaded ? this.#overloadedRuns + 1 : 0;
    if (this.#overloadedRuns >= OVERLOADED_RUNS) {
      this.#share = Math.min(this.#share, use.doneCores / use.usableCores) * BACK_OFF;
      // What is seen in the next run was still decided before this one.
      this.#overloadedRuns = 0;
      return;
    }
    // Where all is used, nothing says that there would be more.
    if (isOverloaded || use.cpuCores >= use.usableCores) return;
    const regained = Math.max(LEAST, this.#share) * (isContended ? RECOVERY : FAST_RECOVERY);
    this.#share = Math.min(use.isReduced ? MOST : 1, regained);
  }
}

/** Decoding and encoding are most of what the process does: alone on the host, they take less time than it takes of the processor. */
const CONTENDED = 1.2;
const TOLERABLE_MISSES = 0.1;
/** A single one is a hiccup, not worth a word to anybody. */
const OVERLOADED_RUNS = 2;
const BACK_OFF = 0.9;
const RECOVERY = 1.05;
const FAST_RECOVERY = 1.3;
const LEAST = 0.001;
/** With few frames made, what the process takes for itself makes each seem dear: more fit in than the model says. */
const MOST = 2;
