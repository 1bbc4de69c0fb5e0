/**
 * One video stream of a session: RTP and RTCP bytes in, access units and receiver reports out.
 *
 * It has no sockets and no timers: the session pushes bytes as it reads them, and calls {@link VideoReceiver.tick}.
 */
import type { VideoCodec } from '@oriel/model';
import { AccessUnitAssembler } from '../access-unit/access-unit-assembler.ts';
import { AccessUnitBuffer } from '../access-unit/access-unit-buffer.ts';
import type { AssembledAccessUnit } from '../access-unit/assembled-access-unit.ts';
import { h264NalRules } from '../access-unit/h264-nal-rules.ts';
import { h265NalRules } from '../access-unit/h265-nal-rules.ts';
import { ParameterSets } from '../access-unit/parameter-sets.ts';
import { H264Depacketizer } from '../depacketize/h264-depacketizer.ts';
import { H265Depacketizer } from '../depacketize/h265-depacketizer.ts';
import { DEVIATIONS, type DeviationReason } from '../reception/deviations.ts';
import { FaultCounter } from '../reception/fault-counter.ts';
import { PacketReceiver } from '../reception/packet-receiver.ts';
import type { SourceHint } from '../reception/source-hint.ts';
import type { RtcpIdentity } from '../rtcp/build-rtcp.ts';
import { BacklogGate } from './backlog-gate.ts';
import type { ReceiverEvent } from './receiver-event.ts';
import { RECEIVER_LIMITS, REORDER_MS, type ReceiverLimits } from './receiver-limits.ts';
import type { ReceiverStats } from './receiver-stats.ts';
import type { VideoAccessUnit } from './video-access-unit.ts';

export interface VideoReceiverOptions {
  readonly codec: VideoCodec;
  /** From `a=rtpmap`; 90 000 for every video payload format. */
  readonly clockRateHz: number;
  /** Those of the `m=` line; packets with others are dropped, unless the sender uses one wrong type throughout. */
  readonly payloadTypes: readonly number[];
  /** NAL units from the SDP (sprop-parameter-sets; sprop-vps, -sps, -pps), without start codes. May be empty, wrong or outdated. */
  readonly parameterSets: readonly Uint8Array[];
  /** TCP keeps packets in order, so nothing waits; over UDP they pass through a short reorder window. */
  readonly transport: 'tcp' | 'udp';
  /** H.265: `sprop-max-don-diff` of the SDP. Above 0 packets carry decoding order numbers, which are not supported. @defaultValue 0 */
  readonly maxDonDiff?: number;
  /**
   * Called within `pushRtp` for the last packet of an access unit (or `tick`, `flush`), in decoding order.
   * What it throws leaves the method that was called: it is the consumer's own.
   */
  readonly onAccessUnit: (accessUnit: VideoAccessUnit) => void;
  /** `parameters-changed` comes before the access unit that uses them; each `deviation` reason comes once. */
  readonly onEvent: (event: ReceiverEvent) => void;
  /** RTCP BYE: the stream is over when no packet follows within some seconds (RFC 3550 §6.6). */
  readonly onBye?: () => void;
  /**
   * Bytes that the consumer has taken and not yet passed on. Above 16 MiB access units are dropped up to a keyframe, which
   * then has `discontinuity` set.
   */
  readonly consumerBacklogBytes?: () => number;
  /** Ours in RTCP. @defaultValue random */
  readonly rtcpIdentity?: RtcpIdentity;
}

export class VideoReceiver {
  readonly #options: VideoReceiverOptions;
  readonly #packets: PacketReceiver;
  readonly #parameterSets: ParameterSets;
  readonly #buffer: AccessUnitBuffer;
  readonly #backlog: BacklogGate;
  readonly #assembler: AccessUnitAssembler;
  readonly #depacketizer: H264Depacketizer | H265Depacketizer;
  readonly #faults = new FaultCounter();
  readonly #reported = new Set<DeviationReason>();

  #startedAtUs: number | undefined;
  #formatSignature: string | undefined;
  #accessUnits = 0;
  #droppedAccessUnits = 0;
  #discontinuities = 0;

  constructor(options: VideoReceiverOptions, limits: ReceiverLimits = RECEIVER_LIMITS) {
    this.#options = options;
    this.#buffer = new AccessUnitBuffer(limits.accessUnitBytes);
    this.#backlog = new BacklogGate(limits.backlogBytes);
    const rules = options.codec === 'h264' ? h264NalRules : h265NalRules;
    const onFault = (reason: string): void => this.#faults.add(reason);
    const onDeviation = (reason: DeviationReason): void => this.#reportOnce(reason);
    this.#parameterSets = new ParameterSets(rules);
    for (const nalUnit of options.parameterSets) this.#parameterSets.put(nalUnit);
    this.#assembler = new AccessUnitAssembler({
      rules,
      buffer: this.#buffer,
      parameterSets: this.#parameterSets,
      maxNalUnits: limits.nalUnitsPerAccessUnit,
      onAccessUnit: (accessUnit) => this.#deliver(accessUnit),
      onDropped: () => {
        this.#droppedAccessUnits += 1;
      },
      onFault,
      onDeviation,
    });
    const Depacketizer = options.codec === 'h264' ? H264Depacketizer : H265Depacketizer;
    this.#depacketizer = new Depacketizer({ assembler: this.#assembler, onFault, onDeviation });
    this.#packets = new PacketReceiver({
      clockRateHz: options.clockRateHz,
      payloadTypes: options.payloadTypes,
      transport: options.transport,
      reorderPackets: limits.reorderPackets,
      reorderMs: REORDER_MS,
      rtcpIdentity: options.rtcpIdentity,
      faults: this.#faults,
      onDeviation,
      onPacket: (packet, lostPackets, arrivalTimeUs) => this.#depacketizer.push(packet, lostPackets, arrivalTimeUs),
      onRestart: () => this.#assembler.restart(),
      onBye: () => options.onBye?.(),
    });
  }

  /** What replies announced; may be wrong. */
  hint(hint: SourceHint): void {
    this.#packets.hint(hint);
  }

  /** Takes one RTP packet. `bytes` may be a view over a socket's buffer: nothing of it is kept. No content makes it throw. */
  pushRtp(bytes: Uint8Array, arrivalTimeUs: number): void {
    if (this.#startedAtUs === undefined) this.#start(arrivalTimeUs);
    this.#packets.pushRtp(bytes, arrivalTimeUs);
  }

  /** Takes one compound RTCP packet and uses what can be read of it. */
  pushRtcp(bytes: Uint8Array, arrivalTimeUs: number): void {
    this.#packets.pushRtcp(bytes, arrivalTimeUs);
  }

  /** Releases packets held behind a gap, and reports missing parameter sets. Call every 20 to 100 ms for UDP, about every second for TCP. */
  tick(nowUs: number): void {
    this.#packets.tick(nowUs);
    if (this.#startedAtUs === undefined || this.#parameterSets.isComplete) return;
    if (nowUs - this.#startedAtUs >= PARAMETER_SETS_TIMEOUT_US) this.#reportOnce('no-parameter-sets');
  }

  /** Compound RTCP of receiver report and SDES CNAME (RFC 3550 §6.1), due every 5 s; valid before the first packet too. */
  receiverReport(nowUs: number): Uint8Array {
    return this.#packets.receiverReport(nowUs);
  }

  /** Compound RTCP that says good-bye (RFC 3550 §6.6). */
  bye(): Uint8Array {
    return this.#packets.bye();
  }

  stats(): ReceiverStats {
    const { heldBytes, ...counts } = this.#packets.stats();
    return {
      ...counts,
      accessUnits: this.#accessUnits,
      droppedAccessUnits: this.#droppedAccessUnits,
      discontinuities: this.#discontinuities,
      heldBytes: this.#buffer.capacityBytes + heldBytes + this.#parameterSets.size.bytes,
      faults: this.#faults.toRecord(),
    };
  }

  /** The stream is over: delivers what is held. The last access unit counts as damaged, because nothing ended it. */
  flush(): void {
    this.#packets.flush();
    this.#assembler.flush();
  }

  #start(arrivalTimeUs: number): void {
    this.#startedAtUs = arrivalTimeUs;
    if ((this.#options.maxDonDiff ?? 0) > 0) this.#reportOnce('donl-unsupported');
  }

  #deliver({ format, rtpTimestamp, ...accessUnit }: AssembledAccessUnit): void {
    const { arrivalTimeUs, isKeyframe } = accessUnit;
    const { clock } = this.#packets;
    const time = clock.place(rtpTimestamp, arrivalTimeUs);
    if (time.isJump) this.#reportOnce('timestamp-jump');
    if (time.isDiscontinuity && this.#accessUnits > 0) this.#discontinuities += 1;
    const backlog = this.#backlog.push(isKeyframe, this.#options.consumerBacklogBytes?.() ?? 0);
    if (backlog === 'drop') {
      this.#droppedAccessUnits += 1;
      return;
    }
    clock.delivered();
    this.#accessUnits += 1;

    if (format !== undefined && format.signature !== this.#formatSignature) {
      const { width, height } = format;
      const isFirst = this.#formatSignature === undefined;
      this.#formatSignature = format.signature;
      if (!isFirst) this.#options.onEvent({ type: 'parameters-changed', width, height });
    }
    this.#options.onAccessUnit({
      codec: this.#options.codec,
      data: accessUnit.data,
      isKeyframe,
      rtpTimeTicks: time.ticks,
      arrivalTimeUs,
      captureTimeUs: time.captureTimeUs,
      lostPacketsBefore: accessUnit.lostPacketsBefore,
      discontinuity: time.isDiscontinuity || backlog === 'resumed',
      width: format?.width ?? 0,
      height: format?.height ?? 0,
      ...(accessUnit.isDamaged ? { isDamaged: true } : undefined),
    });
  }

  #reportOnce(reason: DeviationReason): void {
    if (this.#reported.has(reason)) return;
    this.#reported.add(reason);
    this.#options.onEvent({ type: 'deviation', reason, message: DEVIATIONS[reason] });
  }
}

/** Sets that the SDP leaves out come with a keyframe, and GOPs beyond 10 s are rare. */
const PARAMETER_SETS_TIMEOUT_US = 10_000_000;
