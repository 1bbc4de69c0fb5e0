/** Reception statistics of one source, for receiver reports (RFC 3550 §6.4.1, A.3, A.8). */

import { sequenceDistance } from '../packet/distance.ts';
import { compactNtp, type NtpTimestamp } from '../rtcp/ntp-time.ts';
import type { ReportBlock } from '../rtcp/report-block.ts';

export class ReceiverStatistics {
  #ssrc: number | undefined;
  #baseSequence = 0;
  #highestSequence = 0;
  #received = 0;
  #expectedPrior = 0;
  #receivedPrior = 0;
  #jitterTicks = 0;
  #lastTransitTicks: number | undefined;
  #lastReport: { readonly compact: number; readonly arrivalTimeUs: number } | undefined;

  constructor(private readonly clockRateHz: number) {}

  get jitterUs(): number {
    return (this.#jitterTicks * 1e6) / this.clockRateHz;
  }

  /** Call for every packet of the source as it arrives, repeated and late ones too. */
  received(packet: { ssrc: number; sequenceNumber: number; rtpTimestamp: number }, arrivalTimeUs: number): void {
    if (packet.ssrc !== this.#ssrc) this.restart(packet.ssrc, packet.sequenceNumber);
    this.#received += 1;
    const ahead = sequenceDistance(this.#highestSequence & 0xffff, packet.sequenceNumber);
    if (ahead > 0) this.#highestSequence += ahead;
    this.#noteTransit(packet.rtpTimestamp, arrivalTimeUs);
  }

  senderReport(ntp: NtpTimestamp, arrivalTimeUs: number): void {
    this.#lastReport = { compact: compactNtp(ntp), arrivalTimeUs };
  }

  /** Starts over at this packet: another source, or its sequence numbers restarted. */
  restart(ssrc: number, sequenceNumber: number): void {
    if (ssrc !== this.#ssrc && this.#ssrc !== undefined) this.#lastReport = undefined;
    this.#ssrc = ssrc;
    this.#baseSequence = sequenceNumber;
    this.#highestSequence = sequenceNumber;
    this.#received = 0;
    this.#expectedPrior = 0;
    this.#receivedPrior = 0;
    this.#lastTransitTicks = undefined;
  }

  /** Ends the interval that `fractionLost` covers. Undefined before the first packet. */
  report(nowUs: number): ReportBlock | undefined {
    if (this.#ssrc === undefined) return undefined;
    const expected = this.#highestSequence - this.#baseSequence + 1;
    const expectedInterval = expected - this.#expectedPrior;
    const lostInterval = expectedInterval - (this.#received - this.#receivedPrior);
    this.#expectedPrior = expected;
    this.#receivedPrior = this.#received;
    const delayUs = this.#lastReport === undefined ? 0 : Math.max(0, nowUs - this.#lastReport.arrivalTimeUs);
    return {
      ssrc: this.#ssrc,
      fractionLost:
        expectedInterval <= 0 || lostInterval <= 0
          ? 0
          : Math.min(255, Math.floor((lostInterval * 256) / expectedInterval)),
      cumulativeLost: Math.max(-0x80_0000, Math.min(0x7f_ffff, expected - this.#received)),
      extendedHighestSequence: this.#highestSequence % 2 ** 32,
      jitterTicks: Math.floor(this.#jitterTicks),
      lastSenderReport: this.#lastReport?.compact ?? 0,
      delaySinceLastSenderReport: Math.min(0xffff_ffff, Math.round((delayUs * 65_536) / 1e6)),
    };
  }

  /** Packets of one picture share a timestamp but not an arrival time; jitter includes that spread, as in the standard's code. */
  #noteTransit(rtpTimestamp: number, arrivalTimeUs: number): void {
    const transitTicks = (arrivalTimeUs * this.clockRateHz) / 1e6 - rtpTimestamp;
    if (this.#lastTransitTicks !== undefined) {
      const difference = Math.abs(transitTicks - this.#lastTransitTicks);
      // A timestamp that wrapped or jumped says nothing about the network.
      if (difference < MAX_TRANSIT_CHANGE_S * this.clockRateHz)
        this.#jitterTicks += (difference - this.#jitterTicks) / 16;
    }
    this.#lastTransitTicks = transitTicks;
  }
}

const MAX_TRANSIT_CHANGE_S = 60;
