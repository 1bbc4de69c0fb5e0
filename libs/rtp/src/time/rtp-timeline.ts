/** RTP timestamps, which wrap at 2^32 and jump when a camera restarts, to media time that does neither (RFC 3550 §5.1). */
import { timestampDistance } from '../packet/distance.ts';

export interface MediaTime {
  /**
   * Ticks of the media clock. The RTP timestamp itself at first (a wrap further when it is close to 0, so that it never is
   * negative), then counted on. A plain number: safe to 2^53, three thousand years at 90 kHz.
   */
  readonly ticks: number;
  /** The timestamp does not continue the one before. */
  readonly isDiscontinuity: boolean;
}

export class RtpTimeline {
  #last: { readonly rtpTimestamp: number; readonly ticks: number; readonly arrivalTimeUs: number } | undefined;
  #latestTicks = 0;
  #mustReanchor = false;

  constructor(private readonly clockRateHz: number) {}

  /**
   * The media time of a timestamp. A step back by less than a second is the order of B-frames. A larger one, or one forward
   * by more than ten seconds that did not take that long, is a jump: media time then goes on by the arrival clock.
   */
  place(rtpTimestamp: number, arrivalTimeUs: number): MediaTime {
    if (this.#last === undefined) {
      const start = rtpTimestamp < this.clockRateHz * BACKWARD_TOLERANCE_S ? rtpTimestamp + 2 ** 32 : rtpTimestamp;
      return this.#record(rtpTimestamp, start, arrivalTimeUs, false);
    }
    const ticks = this.#last.ticks + timestampDistance(this.#last.rtpTimestamp, rtpTimestamp);
    const elapsedTicks = Math.round(((arrivalTimeUs - this.#last.arrivalTimeUs) * this.clockRateHz) / 1e6);
    if (!this.#mustReanchor && !this.#isJump(ticks, elapsedTicks)) {
      return this.#record(rtpTimestamp, ticks, arrivalTimeUs, false);
    }
    this.#mustReanchor = false;
    return this.#record(rtpTimestamp, this.#latestTicks + Math.max(1, elapsedTicks), arrivalTimeUs, true);
  }

  /** The source changed: its next timestamp has nothing to do with the last. */
  restart(): void {
    this.#mustReanchor = this.#last !== undefined;
  }

  #isJump(ticks: number, elapsedTicks: number): boolean {
    const step = ticks - this.#latestTicks;
    if (step < -BACKWARD_TOLERANCE_S * this.clockRateHz) return true;
    if (step <= FORWARD_LIMIT_S * this.clockRateHz) return false;
    // A pause of the camera, or one picture a minute: the clocks agree.
    return Math.abs(step - elapsedTicks) > AGREEMENT_S * this.clockRateHz;
  }

  #record(rtpTimestamp: number, ticks: number, arrivalTimeUs: number, isDiscontinuity: boolean): MediaTime {
    this.#last = { rtpTimestamp, ticks, arrivalTimeUs };
    this.#latestTicks = Math.max(this.#latestTicks, ticks);
    return { ticks, isDiscontinuity };
  }
}

/** More than the reordering of B-frames takes: 16 frames (ITU-T H.264 §A.3.1) at 16 frames/s. */
const BACKWARD_TOLERANCE_S = 1;
const FORWARD_LIMIT_S = 10;
const AGREEMENT_S = 2;
