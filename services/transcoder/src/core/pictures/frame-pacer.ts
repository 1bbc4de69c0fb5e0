/**
 * Chooses the pictures that a rendition of a lower frame rate shows. Knows presentation times only, no clock.
 *
 * Due times lie one wanted interval apart on the camera's time line, and the picture nearest to each is shown. So the
 * choice is as even as the camera's times allow (30 to 12: every second and third in turn), and does not drift over
 * hours.
 */
export class FramePacer {
  readonly #intervalTicks: number;
  #dueTicks: number | undefined;
  #lastTicks = 0;
  /** Smoothed interval between the camera's pictures; 0 until two were seen. */
  #sourceIntervalTicks = 0;

  /** @param framerate maximum pictures a second, above 0 */
  constructor(framerate: number) {
    this.#intervalTicks = MEDIA_CLOCK_HZ / framerate;
  }

  /** Call once for every picture, in presentation order, with its time in ticks of the 90 kHz media clock. */
  isDue(presentationTicks: number): boolean {
    const stepTicks = presentationTicks - this.#lastTicks;
    this.#lastTicks = presentationTicks;
    if (this.#dueTicks === undefined || stepTicks <= 0 || stepTicks > MAX_STEP_TICKS) {
      this.#dueTicks = presentationTicks + this.#intervalTicks;
      return true;
    }
    this.#learn(stepTicks);

    const isSlowSource = this.#sourceIntervalTicks * NEARLY_EQUAL >= this.#intervalTicks;
    if (!isSlowSource && presentationTicks + this.#sourceIntervalTicks / 2 <= this.#dueTicks) return false;

    this.#dueTicks += this.#intervalTicks;
    // Missed due times are not made up for, neither after a pause nor for a camera slower than wanted.
    if (isSlowSource || this.#dueTicks <= presentationTicks) this.#dueTicks = presentationTicks + this.#intervalTicks;
    return true;
  }

  /** A pause counts as at most one missing picture, so that it is not mistaken for a slow camera. */
  #learn(stepTicks: number): void {
    const known = this.#sourceIntervalTicks;
    if (known === 0) this.#sourceIntervalTicks = stepTicks;
    else this.#sourceIntervalTicks += (Math.min(stepTicks, 2 * known) - known) * SMOOTHING;
  }
}

/** Video RTP timestamps tick at 90 kHz (RFC 6184 §8.2.1, RFC 7798 §7.1). */
export const MEDIA_CLOCK_HZ = 90_000;

/** A longer step is a pause or a jump of the camera's clock: the due times start over. */
const MAX_STEP_TICKS = 2 * MEDIA_CLOCK_HZ;
/** Averages over about 16 pictures: half a second at 30 frames/s. */
const SMOOTHING = 1 / 16;
/** A camera up to 3 % above the wanted rate is shown in full: cameras set to 25 or 30 send 25.5 or 30.1. */
const NEARLY_EQUAL = 1.03;
