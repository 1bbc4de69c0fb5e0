/**
 * One video stream of a session: RTP and RTCP bytes in, access units and receiver reports out.
 *
 * No sockets and no timers of its own: the session pushes bytes as they are read, and calls {@link VideoReceiver.tick}.
 */
import { randomBytes } from 'node:crypto';
import { AccessUnitAssembler, type AssembledAccessUnit } from './access-unit-assembler.ts';
import { AccessUnitBuffer } from './access-unit-buffer.ts';
import { BacklogGate } from './backlog-gate.ts';
import { DEVIATIONS, type DeviationReason } from './deviations.ts';
import { FaultCounter } from './fault-counter.ts';
import { H264Depacketizer } from './h264-depacketizer.ts';
import { h264NalRules } from './h264-nal-rules.ts';
import { H265Depacketizer } from './h265-depacketizer.ts';
import { h265NalRules } from './h265-nal-rules.ts';
import { InOrderFilter } from './in-order-filter.ts';
import { LossPolicy } from './loss-policy.ts';
import { ParameterSets } from './parameter-sets.ts';
import { PayloadTypeFilter } from './payload-type-filter.ts';
import {
  DEFAULT_LIMITS,
  type ReceiverLimits,
  type ReceiverStats,
  type VideoReceiverOptions,
} from './receiver-options.ts';
import { ReceiverStatistics } from './receiver-statistics.ts';
import { ReorderBuffer } from './reorder-buffer.ts';
import { buildBye, buildReceiverReport, type RtcpIdentity } from './rtcp-builder.ts';
import { parseRtcp, type RtcpPacket } from './rtcp-packet.ts';
import { parseRtpPacket, type RtpPacket } from './rtp-packet.ts';
import { RtpTimeline } from './rtp-timeline.ts';
import { SenderReportClock } from './sender-report-clock.ts';
import { SenderReportFilter } from './sender-report-filter.ts';
import { SsrcTracker } from './ssrc-tracker.ts';

export type {
  LossPolicyName,
  ParameterSetPolicy,
  ReceiverLimits,
  ReceiverStats,
  VideoReceiverOptions,
} from './receiver-options.ts';

export class VideoReceiver {
  readonly #limits: ReceiverLimits;
  readonly #identity: RtcpIdentity;
  readonly #payloadTypes: PayloadTypeFilter;
  readonly #sources = new SsrcTracker();
  readonly #inOrder: InOrderFilter | undefined;
  readonly #reorder: ReorderBuffer | undefined;
  readonly #parameterSets: ParameterSets;
  readonly #buffer: AccessUnitBuffer;
  readonly #backlog: BacklogGate;
  readonly #assembler: AccessUnitAssembler;
  readonly #depacketizer: H264Depacketizer | H265Depacketizer;
  readonly #timeline: RtpTimeline;
  readonly #captureClock: SenderReportClock;
  readonly #senderReports = new SenderReportFilter();
  readonly #statistics: ReceiverStatistics;
  readonly #faults = new FaultCounter();
  readonly #told = new Set<DeviationReason>();

  #startedAtUs: number | undefined;
  #isDiscontinuity = true;
  #formatSignature: string | undefined;
  #packets = 0;
  #bytes = 0;
  #lostPackets = 0;
  #duplicatePackets = 0;
  #accessUnits = 0;
  #droppedAccessUnits = 0;
  #discontinuities = 0;

  constructor(private readonly options: VideoReceiverOptions) {
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#limits = limits;
    this.#identity = options.rtcpIdentity ?? randomIdentity();
    this.#payloadTypes = new PayloadTypeFilter(options.payloadTypes);
    this.#timeline = new RtpTimeline(options.clockRateHz);
    this.#captureClock = new SenderReportClock(options.clockRateHz);
    this.#statistics = new ReceiverStatistics(options.clockRateHz);

    this.#buffer = new AccessUnitBuffer(limits.accessUnitBytes);
    this.#backlog = new BacklogGate(limits.backlogBytes);
    const rules = options.codec === 'h264' ? h264NalRules : h265NalRules;
    const onFault = (reason: string): void => this.#faults.add(reason);
    const onDeviation = (reason: DeviationReason): void => this.#tell(reason);
    this.#parameterSets = new ParameterSets(rules);
    for (const nalUnit of options.parameterSets) this.#parameterSets.put(nalUnit);
    this.#assembler = new AccessUnitAssembler({
      rules,
      buffer: this.#buffer,
      parameterSets: this.#parameterSets,
      lossPolicy: new LossPolicy(options.onLoss ?? 'flag', limits.dropUntilKeyframeMs * 1_000),
      parameterSetPolicy: options.parameterSetPolicy ?? 'each-keyframe',
      maxNalUnits: limits.nalUnitsPerAccessUnit,
      intraIsKeyframe: options.intraIsKeyframe ?? false,
      keepFillerData: options.keepFillerData ?? false,
      onAccessUnit: (accessUnit) => this.#deliver(accessUnit),
      onDropped: () => {
        this.#droppedAccessUnits += 1;
      },
      onFault,
      onDeviation,
    });
    const Depacketizer = options.codec === 'h264' ? H264Depacketizer : H265Depacketizer;
    this.#depacketizer = new Depacketizer({ assembler: this.#assembler, onFault, onDeviation });
    if (options.transport === 'tcp') this.#inOrder = new InOrderFilter();
    else this.#reorder = this.#createReorderBuffer();
  }

  /** One RTP packet. `bytes` may be a view over a socket's buffer: nothing of it is kept after the call. Never throws for what is in it. */
  pushRtp(bytes: Uint8Array, arrivalTimeUs: number): void {
    if (this.#startedAtUs === undefined) this.#start(arrivalTimeUs);
    const parsed = parseRtpPacket(bytes);
    if (!parsed.ok) {
      this.#faults.add(parsed.fault.reason);
      return;
    }
    const packet = parsed.value;
    if (!this.#isOfThisStream(packet, arrivalTimeUs)) return;
    this.#packets += 1;
    this.#bytes += bytes.length;
    this.#statistics.received(packet, arrivalTimeUs);
    if (this.#reorder !== undefined) this.#reorder.push(packet, arrivalTimeUs);
    else this.#pushInOrder(packet, arrivalTimeUs);
  }

  /** One compound RTCP packet; what can be read of it is used. */
  pushRtcp(bytes: Uint8Array, arrivalTimeUs: number): void {
    const { packets, fault } = parseRtcp(bytes);
    if (fault !== undefined) this.#faults.add(fault);
    for (const packet of packets) {
      if (packet.type === 'sender-report') this.#senderReport(packet, arrivalTimeUs);
      else if (packet.type === 'bye' && this.#isOver(packet.ssrcs)) this.options.onBye?.();
    }
  }

  /** Time passes: releases packets held behind a gap, tells of missing parameter sets. Call every 20 to 100 ms for UDP, every second or so for TCP. */
  tick(nowUs: number): void {
    this.#reorder?.tick(nowUs);
    if (this.#startedAtUs === undefined || this.#parameterSets.isComplete) return;
    if (nowUs - this.#startedAtUs >= this.#limits.parameterSetsMs * 1_000) this.#tell('no-parameter-sets');
  }

  /** Compound RTCP of receiver report and SDES CNAME (RFC 3550 §6.1), due every 5 s; sound before the first packet too. */
  receiverReport(nowUs: number): Uint8Array {
    return buildReceiverReport(this.#identity, this.#statistics.report(nowUs));
  }

  /** Compound RTCP that says good-bye (RFC 3550 §6.6). */
  bye(): Uint8Array {
    return buildBye(this.#identity);
  }

  stats(): ReceiverStats {
    return {
      packets: this.#packets,
      bytes: this.#bytes,
      lostPackets: this.#lostPackets,
      duplicatePackets: this.#duplicatePackets,
      accessUnits: this.#accessUnits,
      droppedAccessUnits: this.#droppedAccessUnits,
      discontinuities: this.#discontinuities,
      heldBytes: this.#buffer.capacityBytes + (this.#reorder?.heldBytes ?? 0) + this.#parameterSets.size.bytes,
      jitterUs: this.#statistics.jitterUs,
      faults: this.#faults.toRecord(),
    };
  }

  /** The stream is over: delivers what is held, the last access unit flagged as damaged because nothing ended it. */
  flush(): void {
    this.#reorder?.flush();
    this.#assembler.flush();
  }

  #createReorderBuffer(): ReorderBuffer {
    return new ReorderBuffer({
      maxPackets: this.#limits.reorderPackets,
      maxDelayUs: this.#limits.reorderMs * 1_000,
      onPacket: (packet, lostPackets, arrivalTimeUs) => this.#depacketize(packet, lostPackets, arrivalTimeUs),
      onLate: () => {
        this.#duplicatePackets += 1;
      },
      onRestart: () => this.#sequenceRestarted(),
    });
  }

  #start(arrivalTimeUs: number): void {
    this.#startedAtUs = arrivalTimeUs;
    if ((this.options.maxDonDiff ?? 0) > 0) this.#tell('donl-unsupported');
  }

  #isOfThisStream(packet: RtpPacket, arrivalTimeUs: number): boolean {
    const byType = this.#payloadTypes.push(packet.payloadType);
    if (byType === 'dropped') {
      this.#faults.add('payload-type-foreign');
      return false;
    }
    if (byType === 'adopted') this.#tell('payload-type-mismatch');
    const bySource = this.#sources.push(packet.ssrc, packet.sequenceNumber, arrivalTimeUs);
    if (bySource === 'foreign') {
      this.#faults.add('ssrc-foreign');
      this.#tell('ssrc-interleaved');
      return false;
    }
    if (bySource === 'changed') this.#sourceChanged();
    return true;
  }

  #pushInOrder(packet: RtpPacket, arrivalTimeUs: number): void {
    const verdict = (this.#inOrder as InOrderFilter).push(packet.sequenceNumber);
    if (verdict.outcome === 'late') {
      this.#duplicatePackets += 1;
      return;
    }
    if (verdict.outcome === 'restarted') this.#sequenceRestarted();
    this.#depacketize(packet, verdict.lostPackets, arrivalTimeUs);
  }

  #depacketize(packet: RtpPacket, lostPackets: number, arrivalTimeUs: number): void {
    this.#lostPackets += lostPackets;
    this.#depacketizer.push(packet, lostPackets, arrivalTimeUs);
  }

  #sourceChanged(): void {
    this.#tell('ssrc-changed');
    this.#reorder?.flush();
    this.#reorder?.restart();
    this.#inOrder?.restart();
    this.#assembler.restart();
    this.#timeline.restart();
    this.#captureClock.restart();
    this.#senderReports.restart();
    this.#isDiscontinuity = true;
  }

  #sequenceRestarted(): void {
    this.#tell('sequence-restarted');
    this.#assembler.restart();
    this.#isDiscontinuity = true;
  }

  #senderReport(report: Extract<RtcpPacket, { type: 'sender-report' }>, arrivalTimeUs: number): void {
    const verdict = this.#senderReports.push(report.ssrc, this.#sources.ssrc);
    if (verdict === 'dropped') {
      this.#faults.add('sender-report-foreign-ssrc');
      return;
    }
    if (verdict === 'accepted-foreign') this.#tell('sender-report-foreign-ssrc');
    this.#statistics.senderReport(report.ntp, arrivalTimeUs);
    const { clockStepUs } = this.#captureClock.update(report, arrivalTimeUs);
    if (clockStepUs !== undefined) this.#tell('camera-clock-step');
  }

  #isOver(ssrcs: readonly number[]): boolean {
    return this.#sources.ssrc !== undefined && ssrcs.includes(this.#sources.ssrc);
  }

  #deliver({ format, rtpTimestamp, ...accessUnit }: AssembledAccessUnit): void {
    const { arrivalTimeUs } = accessUnit;
    const time = this.#timeline.place(rtpTimestamp, arrivalTimeUs);
    if (time.isDiscontinuity && !this.#isDiscontinuity) {
      this.#tell('timestamp-jump');
      this.#captureClock.timestampsJumped(rtpTimestamp, arrivalTimeUs);
    }
    if (time.isDiscontinuity || this.#isDiscontinuity) {
      if (this.#accessUnits > 0) this.#discontinuities += 1;
      this.#isDiscontinuity = true;
    }
    const backlog = this.#backlog.push(accessUnit.isKeyframe, this.options.consumerBacklogBytes?.() ?? 0);
    if (backlog === 'drop') {
      this.#droppedAccessUnits += 1;
      return;
    }
    const discontinuity = this.#isDiscontinuity || backlog === 'resumed';
    this.#isDiscontinuity = false;
    this.#accessUnits += 1;

    if (format !== undefined && format.signature !== this.#formatSignature) {
      const { width, height } = format;
      const isFirst = this.#formatSignature === undefined;
      this.#formatSignature = format.signature;
      if (!isFirst) this.options.onEvent({ type: 'parameters-changed', width, height });
    }
    this.options.onAccessUnit({
      codec: this.options.codec,
      data: accessUnit.data,
      isKeyframe: accessUnit.isKeyframe,
      rtpTimeTicks: time.ticks,
      arrivalTimeUs,
      captureTimeUs: this.#captureClock.captureTimeUs(rtpTimestamp, arrivalTimeUs),
      lostPacketsBefore: accessUnit.lostPacketsBefore,
      discontinuity,
      width: format?.width ?? 0,
      height: format?.height ?? 0,
      ...(accessUnit.isDamaged ? { isDamaged: true } : undefined),
    });
  }

  #tell(reason: DeviationReason): void {
    if (this.#told.has(reason)) return;
    this.#told.add(reason);
    this.options.onEvent({ type: 'deviation', reason, message: DEVIATIONS[reason] });
  }
}

function randomIdentity(): RtcpIdentity {
  const bytes = randomBytes(16);
  return { ssrc: bytes.readUInt32BE(0), cname: bytes.subarray(4).toString('hex') };
}
