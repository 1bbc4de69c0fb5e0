/**
 * RTP and RTCP of one stream, up to the payload: selects its packets, orders them, counts loss, keeps time and reports back.
 * The same for pictures and sound.
 */
import { randomBytes } from 'node:crypto';
import { timestampDistance } from '../packet/distance.ts';
import { parseRtpPacket, type RtpPacket } from '../packet/rtp-packet.ts';
import {
  buildBye,
  buildReceiverReport,
  buildSourceDescription,
  joinRtcp,
  type RtcpIdentity,
} from '../rtcp/build-rtcp.ts';
import { parseRtcp, type RtcpPacket } from '../rtcp/rtcp-packet.ts';
import { StreamClock } from '../time/stream-clock.ts';
import type { DeviationReason } from './deviations.ts';
import type { FaultCounter } from './fault-counter.ts';
import { InOrderFilter } from './in-order-filter.ts';
import { PayloadTypeFilter } from './payload-type-filter.ts';
import { ReceiverStatistics } from './receiver-statistics.ts';
import { ReorderBuffer } from './reorder-buffer.ts';
import { SenderReportFilter } from './sender-report-filter.ts';
import type { SourceHint } from './source-hint.ts';
import { SsrcTracker } from './ssrc-tracker.ts';

export interface PacketReceiverOptions {
  readonly clockRateHz: number;
  readonly payloadTypes: readonly number[];
  readonly transport: 'tcp' | 'udp';
  readonly reorderPackets: number;
  readonly reorderMs: number;
  /** Random when undefined. */
  readonly rtcpIdentity: RtcpIdentity | undefined;
  readonly faults: FaultCounter;
  readonly onDeviation: (reason: DeviationReason) => void;
  /** Called in order. The payload is valid during the call only. */
  readonly onPacket: (packet: RtpPacket, lostPackets: number, arrivalTimeUs: number) => void;
  /** Unfinished data will not be completed: another source, or the same one restarted. */
  readonly onRestart: () => void;
  readonly onBye: () => void;
}

export class PacketReceiver {
  readonly clock: StreamClock;
  readonly #options: PacketReceiverOptions;
  readonly #identity: RtcpIdentity;
  readonly #payloadTypes: PayloadTypeFilter;
  readonly #sources = new SsrcTracker();
  readonly #inOrder: InOrderFilter | undefined;
  readonly #reorder: ReorderBuffer | undefined;
  readonly #senderReports = new SenderReportFilter();
  readonly #statistics: ReceiverStatistics;
  #hint: SourceHint = {};
  #packets = 0;
  #bytes = 0;
  #lostPackets = 0;
  #duplicatePackets = 0;

  constructor(options: PacketReceiverOptions) {
    this.#options = options;
    this.clock = new StreamClock(options.clockRateHz);
    this.#identity = options.rtcpIdentity ?? randomIdentity();
    this.#payloadTypes = new PayloadTypeFilter(options.payloadTypes);
    this.#statistics = new ReceiverStatistics(options.clockRateHz);
    if (options.transport === 'tcp') this.#inOrder = new InOrderFilter();
    else this.#reorder = this.#createReorderBuffer();
  }

  hint(hint: SourceHint): void {
    this.#hint = { ...this.#hint, ...hint };
    this.#sources.expectedSsrc = this.#hint.ssrc;
  }

  pushRtp(bytes: Uint8Array, arrivalTimeUs: number): void {
    const parsed = parseRtpPacket(bytes);
    if (!parsed.ok) {
      this.#options.faults.add(parsed.fault.reason);
      return;
    }
    const packet = parsed.value;
    if (!this.#isOfThisStream(packet, arrivalTimeUs)) return;
    if (this.#packets === 0) this.#checkHint(packet);
    this.#packets += 1;
    this.#bytes += bytes.length;
    this.#statistics.received(packet, arrivalTimeUs);
    if (this.#reorder !== undefined) this.#reorder.push(packet, arrivalTimeUs);
    else this.#pushInOrder(packet, arrivalTimeUs);
  }

  pushRtcp(bytes: Uint8Array, arrivalTimeUs: number): void {
    const { packets, fault } = parseRtcp(bytes);
    if (fault !== undefined) this.#options.faults.add(fault);
    for (const packet of packets) {
      if (packet.type === 'sender-report') this.#senderReport(packet, arrivalTimeUs);
      else if (packet.type === 'bye' && this.#isOver(packet.ssrcs)) this.#options.onBye();
    }
  }

  tick(nowUs: number): void {
    this.#reorder?.tick(nowUs);
  }

  flush(): void {
    this.#reorder?.flush();
  }

  receiverReport(nowUs: number): Uint8Array {
    const report = buildReceiverReport(this.#identity.ssrc, this.#statistics.report(nowUs));
    return joinRtcp(report, buildSourceDescription(this.#identity));
  }

  bye(): Uint8Array {
    const { ssrc } = this.#identity;
    return joinRtcp(buildReceiverReport(ssrc, undefined), buildSourceDescription(this.#identity), buildBye(ssrc));
  }

  stats() {
    return {
      packets: this.#packets,
      bytes: this.#bytes,
      lostPackets: this.#lostPackets,
      duplicatePackets: this.#duplicatePackets,
      heldBytes: this.#reorder?.heldBytes ?? 0,
      jitterUs: this.#statistics.jitterUs,
    };
  }

  #createReorderBuffer(): ReorderBuffer {
    return new ReorderBuffer({
      maxPackets: this.#options.reorderPackets,
      maxDelayUs: this.#options.reorderMs * 1_000,
      onPacket: (packet, lostPackets, arrivalTimeUs) => this.#handOn(packet, lostPackets, arrivalTimeUs),
      onLate: () => {
        this.#duplicatePackets += 1;
      },
      onRestart: () => this.#sequenceRestarted(),
    });
  }

  #isOfThisStream(packet: RtpPacket, arrivalTimeUs: number): boolean {
    const { faults, onDeviation } = this.#options;
    const byType = this.#payloadTypes.push(packet.payloadType);
    if (byType === 'dropped') {
      faults.add('payload-type-foreign');
      return false;
    }
    if (byType === 'adopted') onDeviation('payload-type-mismatch');
    const bySource = this.#sources.push(packet.ssrc, packet.sequenceNumber, arrivalTimeUs);
    if (bySource === 'foreign') {
      faults.add('ssrc-foreign');
      onDeviation('ssrc-interleaved');
      return false;
    }
    if (bySource === 'changed') this.#sourceChanged();
    return true;
  }

  /** Never used for time: cameras say -1, 0 or anything (retina#64). */
  #checkHint({ rtpTimestamp }: RtpPacket): void {
    const { rtpTimestamp: announced = 0 } = this.#hint;
    if (announced === 0) return;
    const offTicks = Math.abs(timestampDistance(announced, rtpTimestamp));
    if (offTicks > MAX_HINT_ERROR_S * this.#options.clockRateHz) this.#options.onDeviation('rtp-info-wrong');
  }

  #pushInOrder(packet: RtpPacket, arrivalTimeUs: number): void {
    const verdict = (this.#inOrder as InOrderFilter).push(packet.sequenceNumber);
    if (verdict.outcome === 'late') {
      this.#duplicatePackets += 1;
      return;
    }
    if (verdict.outcome === 'restarted') this.#sequenceRestarted();
    this.#handOn(packet, verdict.lostPackets, arrivalTimeUs);
  }

  #handOn(packet: RtpPacket, lostPackets: number, arrivalTimeUs: number): void {
    this.#lostPackets += lostPackets;
    this.#options.onPacket(packet, lostPackets, arrivalTimeUs);
  }

  #sourceChanged(): void {
    this.#options.onDeviation('ssrc-changed');
    this.#reorder?.flush();
    this.#reorder?.restart();
    this.#inOrder?.restart();
    this.#options.onRestart();
    this.clock.restart();
    this.#senderReports.restart();
  }

  #sequenceRestarted(): void {
    this.#options.onDeviation('sequence-restarted');
    this.#options.onRestart();
    this.clock.interrupt();
  }

  #senderReport(report: Extract<RtcpPacket, { type: 'sender-report' }>, arrivalTimeUs: number): void {
    const verdict = this.#senderReports.push(report.ssrc, this.#sources.ssrc);
    if (verdict === 'dropped') {
      this.#options.faults.add('sender-report-foreign-ssrc');
      return;
    }
    if (verdict === 'accepted-foreign') this.#options.onDeviation('sender-report-foreign-ssrc');
    this.#statistics.senderReport(report.ntp, arrivalTimeUs);
    if (this.clock.senderReport(report, arrivalTimeUs)) this.#options.onDeviation('camera-clock-step');
  }

  #isOver(ssrcs: readonly number[]): boolean {
    return this.#sources.ssrc !== undefined && ssrcs.includes(this.#sources.ssrc);
  }
}

const MAX_HINT_ERROR_S = 10;

function randomIdentity(): RtcpIdentity {
  const bytes = randomBytes(16);
  return { ssrc: bytes.readUInt32BE(0), cname: bytes.subarray(4).toString('hex') };
}
