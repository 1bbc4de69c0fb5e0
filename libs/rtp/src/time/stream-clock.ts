/** The times of one stream: media time that neither wraps nor jumps, capture time from sender reports, and where both break off. */
import { RtpTimeline } from './rtp-timeline.ts';
import { SenderReportClock, type SenderReportTime } from './sender-report-clock.ts';

export interface StreamTime {
  /** Media time, see {@link RtpTimeline}. */
  readonly ticks: number;
  /** Microseconds since the Unix epoch by the camera's clock; undefined without a recent report. */
  readonly captureTimeUs: number | undefined;
  /** First of the stream, or does not continue what was delivered last. */
  readonly isDiscontinuity: boolean;
  /** The timestamp jumped within one source. */
  readonly isJump: boolean;
}

export class StreamClock {
  readonly #timeline: RtpTimeline;
  readonly #capture: SenderReportClock;
  #isDiscontinuity = true;

  constructor(clockRateHz: number) {
    this.#timeline = new RtpTimeline(clockRateHz);
    this.#capture = new SenderReportClock(clockRateHz);
  }

  /** A discontinuity holds until {@link delivered}: what was placed may yet be dropped. */
  place(rtpTimestamp: number, arrivalTimeUs: number): StreamTime {
    const { ticks, isDiscontinuity } = this.#timeline.place(rtpTimestamp, arrivalTimeUs);
    const isJump = isDiscontinuity && !this.#isDiscontinuity;
    if (isJump) this.#capture.timestampsJumped(rtpTimestamp, arrivalTimeUs);
    this.#isDiscontinuity ||= isDiscontinuity;
    const captureTimeUs = this.#capture.captureTimeUs(rtpTimestamp, arrivalTimeUs);
    return { ticks, captureTimeUs, isDiscontinuity: this.#isDiscontinuity, isJump };
  }

  delivered(): void {
    this.#isDiscontinuity = false;
  }

  /** @returns whether the camera's clock was set to another time. */
  senderReport(report: SenderReportTime, arrivalTimeUs: number): boolean {
    return this.#capture.update(report, arrivalTimeUs).clockStepUs !== undefined;
  }

  /** What comes next does not continue what came before, though its timestamps do. */
  interrupt(): void {
    this.#isDiscontinuity = true;
  }

  /** Another source: its timestamps have nothing to do with those before. */
  restart(): void {
    this.#timeline.restart();
    this.#capture.restart();
    this.#isDiscontinuity = true;
  }
}
