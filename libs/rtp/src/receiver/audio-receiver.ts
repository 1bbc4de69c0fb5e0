/** One audio stream of a session: RTP and RTCP bytes in, sound and receiver reports out. No sockets, no timers. */
import { AacDepacketizer, type AacFraming } from '../depacketize/aac-depacketizer.ts';
import type { AudioFrame } from '../depacketize/audio-frame.ts';
import { G711Depacketizer } from '../depacketize/g711-depacketizer.ts';
import { AUDIO_DEVIATION_PREFIX, DEVIATIONS, type DeviationReason } from '../reception/deviations.ts';
import { FaultCounter } from '../reception/fault-counter.ts';
import { PacketReceiver } from '../reception/packet-receiver.ts';
import type { SourceHint } from '../reception/source-hint.ts';
import type { RtcpIdentity } from '../rtcp/build-rtcp.ts';
import type { AudioAccessUnit } from './audio-access-unit.ts';
import type { ReceiverEvent } from './receiver-event.ts';
import { RECEIVER_LIMITS, REORDER_MS } from './receiver-limits.ts';

export interface AudioReceiverOptions {
  readonly codec: AudioAccessUnit['codec'];
  readonly clockRateHz: number;
  readonly channels: number;
  readonly config: Uint8Array | undefined;
  readonly framing: AacFraming;
  readonly payloadTypes: readonly number[];
  readonly transport: 'tcp' | 'udp';
  readonly onAudio: (accessUnit: AudioAccessUnit) => void;
  readonly onEvent: (event: ReceiverEvent) => void;
  readonly rtcpIdentity?: RtcpIdentity;
}

export class AudioReceiver {
  readonly #options: AudioReceiverOptions;
  readonly #packets: PacketReceiver;
  readonly #depacketizer: AacDepacketizer | G711Depacketizer;
  readonly #faults = new FaultCounter();
  readonly #reported = new Set<DeviationReason>();
  #accessUnits = 0;

  constructor(options: AudioReceiverOptions) {
    this.#options = options;
    const onFrame = (frame: AudioFrame): void => this.#deliver(frame);
    const onFault = (reason: string): void => this.#faults.add(reason);
    this.#depacketizer =
      options.codec === 'aac'
        ? new AacDepacketizer({ onFrame, onFault, ...options.framing })
        : new G711Depacketizer({ onFrame, onFault });
    this.#packets = new PacketReceiver({
      clockRateHz: options.clockRateHz,
      payloadTypes: options.payloadTypes,
      transport: options.transport,
      reorderPackets: RECEIVER_LIMITS.reorderPackets,
      reorderMs: REORDER_MS,
      rtcpIdentity: options.rtcpIdentity,
      faults: this.#faults,
      onDeviation: (reason) => this.#reportOnce(reason),
      onPacket: (packet, lostPackets, arrivalTimeUs) => this.#depacketizer.push(packet, lostPackets, arrivalTimeUs),
      onRestart: () => this.#depacketizer.restart(),
      // Only the video decides when a session is over.
      onBye: () => undefined,
    });
  }

  hint(hint: SourceHint): void {
    this.#packets.hint(hint);
  }

  pushRtp(bytes: Uint8Array, arrivalTimeUs: number): void {
    this.#packets.pushRtp(bytes, arrivalTimeUs);
  }

  pushRtcp(bytes: Uint8Array, arrivalTimeUs: number): void {
    this.#packets.pushRtcp(bytes, arrivalTimeUs);
  }

  tick(nowUs: number): void {
    this.#packets.tick(nowUs);
  }

  receiverReport(nowUs: number): Uint8Array {
    return this.#packets.receiverReport(nowUs);
  }

  bye(): Uint8Array {
    return this.#packets.bye();
  }

  flush(): void {
    this.#packets.flush();
  }

  stats() {
    const { packets, bytes, lostPackets, duplicatePackets } = this.#packets.stats();
    const faults = this.#faults.toRecord();
    return { packets, bytes, lostPackets, duplicatePackets, accessUnits: this.#accessUnits, faults };
  }

  #deliver({ data, rtpTimestamp, durationTicks, arrivalTimeUs, lostPacketsBefore }: AudioFrame): void {
    const { codec, config, clockRateHz, channels, onAudio } = this.#options;
    const { clock } = this.#packets;
    const time = clock.place(rtpTimestamp, arrivalTimeUs);
    if (time.isJump) this.#reportOnce('timestamp-jump');
    clock.delivered();
    this.#accessUnits += 1;
    onAudio({
      codec,
      data,
      config,
      clockRateHz,
      channels,
      rtpTimeTicks: time.ticks,
      durationTicks,
      arrivalTimeUs,
      captureTimeUs: time.captureTimeUs,
      lostPacketsBefore,
      discontinuity: time.isDiscontinuity,
    });
  }

  /** Sound has its own reasons: a fault there says nothing about the picture. */
  #reportOnce(reason: DeviationReason): void {
    if (this.#reported.has(reason)) return;
    this.#reported.add(reason);
    const message = `${DEVIATIONS[reason]} This is about the sound.`;
    this.#options.onEvent({ type: 'deviation', reason: `${AUDIO_DEVIATION_PREFIX}${reason}`, message });
  }
}
