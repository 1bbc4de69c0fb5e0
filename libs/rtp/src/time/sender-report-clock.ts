/** When a picture was captured, by the camera's clock: sender reports say which RTP timestamp belongs to which wall time (RFC 3550 §6.4.1). */

import { timestampDistance } from '../packet/distance.ts';
import { type NtpTimestamp, ntpToUnixUs } from '../rtcp/ntp-time.ts';

export interface SenderReportTime {
  readonly ntp: NtpTimestamp;
  readonly rtpTimestamp: number;
}

export class SenderReportClock {
  #reference:
    | { readonly wallTimeUs: number; readonly rtpTimestamp: number; readonly arrivalTimeUs: number }
    | undefined;

  constructor(private readonly clockRateHz: number) {}

  /**
   * Takes a report in. One without a set clock is ignored: an earlier one stays in force.
   *
   * @returns By how much the camera's clock was set to another time since the last report, if by more than a second. It holds from now on.
   */
  update(report: SenderReportTime, arrivalTimeUs: number): { readonly clockStepUs: number | undefined } {
    const wallTimeUs = ntpToUnixUs(report.ntp, arrivalTimeUs);
    if (wallTimeUs === undefined) return { clockStepUs: undefined };
    const previous = this.#reference;
    this.#reference = { wallTimeUs, rtpTimestamp: report.rtpTimestamp, arrivalTimeUs };
    if (previous === undefined) return { clockStepUs: undefined };
    const stepUs = wallTimeUs - previous.wallTimeUs - (arrivalTimeUs - previous.arrivalTimeUs);
    return { clockStepUs: Math.abs(stepUs) > CLOCK_STEP_US ? stepUs : undefined };
  }

  /** Microseconds since the Unix epoch by the camera's clock, before or after the report; undefined without a recent report. */
  captureTimeUs(rtpTimestamp: number, arrivalTimeUs: number): number | undefined {
    if (this.#reference === undefined) return undefined;
    // Half of what the 32-bit difference can tell, 3.3 hours at 90 kHz: later it would be a wrap off.
    const maxAgeUs = (2 ** 30 / this.clockRateHz) * 1e6;
    if (Math.abs(arrivalTimeUs - this.#reference.arrivalTimeUs) > maxAgeUs) return undefined;
    const ticks = timestampDistance(this.#reference.rtpTimestamp, rtpTimestamp);
    return this.#reference.wallTimeUs + Math.round((ticks * 1e6) / this.clockRateHz);
  }

  /** The source changed: its timestamps have nothing to do with those of the last report. */
  restart(): void {
    this.#reference = undefined;
  }

  /** The timestamps of the source jumped. A report that was sent after the jump stays in force: its age agrees with the timestamp. */
  timestampsJumped(rtpTimestamp: number, arrivalTimeUs: number): void {
    if (this.#reference === undefined) return;
    const ageUs = arrivalTimeUs - this.#reference.arrivalTimeUs;
    const ticks = timestampDistance(this.#reference.rtpTimestamp, rtpTimestamp);
    if (Math.abs((ticks * 1e6) / this.clockRateHz - ageUs) > CLOCK_STEP_US) this.restart();
  }
}

const CLOCK_STEP_US = 1_000_000;
