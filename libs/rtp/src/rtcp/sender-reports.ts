import { buildBye, buildSenderReport, buildSourceDescription, joinRtcp, type RtcpIdentity } from './build-rtcp.ts';

/** One instant, by the sender's wall clock and in ticks of its RTP clock. */
export interface ReportedInstant {
  /** µs since the Unix epoch. */
  readonly timeUs: number;
  /** 32-bit ticks. */
  readonly rtpTimestamp: number;
}

/** Counts what one source sends, and reports it (RFC 3550 §6.4.1). No timers: the sender asks whether a report is due. */
export class SenderReports {
  readonly #intervalMs: number;
  #identity: RtcpIdentity;
  #packets = 0;
  #payloadBytes = 0;
  #lastReportMs = Number.NEGATIVE_INFINITY;

  /** @param intervalMs From one report to the next; the first one is due at once, so that receivers know the time early. */
  constructor(identity: RtcpIdentity, intervalMs: number) {
    this.#identity = identity;
    this.#intervalMs = intervalMs;
  }

  /** Call for what was sent. Header bytes do not count. */
  count(packets: number, payloadBytes: number): void {
    this.#packets += packets;
    this.#payloadBytes += payloadBytes;
  }

  /** The source goes on under another SSRC: counts start over, and a report is due. */
  changeSsrc(ssrc: number): void {
    this.#identity = { ...this.#identity, ssrc };
    this.#packets = 0;
    this.#payloadBytes = 0;
    this.#lastReportMs = Number.NEGATIVE_INFINITY;
  }

  /** @param nowMs By a clock that does not step. */
  isDue(nowMs: number): boolean {
    return nowMs - this.#lastReportMs >= this.#intervalMs;
  }

  /** Compound packet of sender report and CNAME. */
  report(instant: ReportedInstant, nowMs: number): Uint8Array {
    this.#lastReportMs = nowMs;
    return joinRtcp(this.#senderReport(instant), buildSourceDescription(this.#identity));
  }

  /** Compound packet of sender report, CNAME and BYE. */
  bye(instant: ReportedInstant): Uint8Array {
    const { ssrc } = this.#identity;
    return joinRtcp(this.#senderReport(instant), buildSourceDescription(this.#identity), buildBye(ssrc));
  }

  #senderReport(instant: ReportedInstant): Uint8Array {
    const { ssrc } = this.#identity;
    return buildSenderReport({ ...instant, ssrc, packetCount: this.#packets, octetCount: this.#payloadBytes });
  }
}
