/** For the tests of this folder: a receiver that records, and packets written as text. Not part of the library. */
import type { ReceiverEvent } from './receiver/receiver-event.ts';
import { RECEIVER_LIMITS, type ReceiverLimits } from './receiver/receiver-limits.ts';
import type { VideoAccessUnit } from './receiver/video-access-unit.ts';
import { VideoReceiver, type VideoReceiverOptions } from './receiver/video-receiver.ts';

/** 640×360 High, with its PPS. */
export const SPS = '6764001eacd940a02ff97011000003000100000300320f162d96';
export const PPS = '68ebe3cb22c0';
/** 768×432 Constrained Baseline. */
export const SMALL_SPS = '6742c01ed900c037b011000003000100000300320f162e48';
export const START_CODE = '00000001';

export interface TestPacket {
  /** Hex of the payload. */
  readonly payload: string | Uint8Array;
  readonly marker?: boolean;
  /** RTP timestamp; that of the packet before by default. */
  readonly at?: number;
  /** Skips so many sequence numbers first. */
  readonly lost?: number;
  readonly sequenceNumber?: number;
  readonly ssrc?: number;
  readonly payloadType?: number;
  /** Arrival, microseconds after the packet before. */
  readonly afterUs?: number;
}

/** A receiver, a camera's counters, and everything that came out. */
export class ReceiverHarness {
  readonly receiver: VideoReceiver;
  readonly accessUnits: VideoAccessUnit[] = [];
  readonly events: ReceiverEvent[] = [];
  /** Events and access units in the order they came. */
  readonly log: string[] = [];
  byes = 0;
  sequenceNumber = 100;
  timestamp = 900_000;
  nowUs = 1_700_000_000_000_000;

  constructor(options: Partial<VideoReceiverOptions> = {}, limits: Partial<ReceiverLimits> = {}) {
    this.receiver = new VideoReceiver(
      {
        codec: 'h264',
        clockRateHz: 90_000,
        payloadTypes: [96],
        parameterSets: [hexToBytes(SPS), hexToBytes(PPS)],
        transport: 'tcp',
        onAccessUnit: (accessUnit) => {
          this.accessUnits.push(accessUnit);
          this.log.push(`access unit ${accessUnit.width}x${accessUnit.height}`);
        },
        onEvent: (event) => {
          this.events.push(event);
          this.log.push(event.type === 'deviation' ? event.reason : event.type);
        },
        onBye: () => {
          this.byes += 1;
        },
        rtcpIdentity: { ssrc: 0xaabbccdd, cname: 'oriel' },
        ...options,
      },
      { ...RECEIVER_LIMITS, ...limits },
    );
  }

  /** Lets the first access unit pass, which carries the parameter sets of the SDP whatever it is. */
  primed(): this {
    this.send({ payload: '658801', at: this.timestamp - 3_000, marker: true });
    this.timestamp += 3_000;
    this.accessUnits.length = 0;
    this.log.length = 0;
    return this;
  }

  /** Sends one packet. The bytes are overwritten afterwards, as a socket may do. */
  send(packet: TestPacket): this {
    this.sequenceNumber = packet.sequenceNumber ?? (this.sequenceNumber + (packet.lost ?? 0)) & 0xffff;
    this.timestamp = packet.at ?? this.timestamp;
    this.nowUs += packet.afterUs ?? 1_000;
    const bytes = rtpBytes({ ...packet, sequenceNumber: this.sequenceNumber, at: this.timestamp });
    this.receiver.pushRtp(bytes, this.nowUs);
    bytes.fill(0xee);
    this.sequenceNumber = (this.sequenceNumber + 1) & 0xffff;
    return this;
  }

  sendAll(packets: readonly TestPacket[]): this {
    for (const packet of packets) this.send(packet);
    return this;
  }

  rtcp(hex: string): this {
    this.receiver.pushRtcp(hexToBytes(hex), this.nowUs);
    return this;
  }

  /** NAL units of each access unit, in hex. */
  get nalUnits(): string[][] {
    return this.accessUnits.map(({ data }) => toHex(data).split(START_CODE).slice(1));
  }

  get deviations(): string[] {
    return this.events.flatMap((event) => (event.type === 'deviation' ? [event.reason] : []));
  }

  get faults(): Readonly<Record<string, number>> {
    return this.receiver.stats().faults;
  }
}

export function rtpBytes(packet: TestPacket): Uint8Array {
  const payload = typeof packet.payload === 'string' ? hexToBytes(packet.payload) : packet.payload;
  const bytes = Buffer.alloc(12 + payload.length);
  bytes[0] = 0x80;
  bytes[1] = (packet.marker ? 0x80 : 0) | (packet.payloadType ?? 96);
  bytes.writeUInt16BE(packet.sequenceNumber ?? 0, 2);
  bytes.writeUInt32BE((packet.at ?? 0) >>> 0, 4);
  bytes.writeUInt32BE(packet.ssrc ?? 0x11223344, 8);
  bytes.set(payload, 12);
  return bytes;
}

/** Sender report without blocks, hex. */
export function senderReportHex(fields: {
  ssrc?: number;
  ntpSeconds: number;
  ntpFraction?: number;
  rtpTimestamp: number;
}): string {
  const bytes = Buffer.alloc(28);
  bytes.set([0x80, 200, 0, 6]);
  bytes.writeUInt32BE(fields.ssrc ?? 0x11223344, 4);
  bytes.writeUInt32BE(fields.ntpSeconds, 8);
  bytes.writeUInt32BE(fields.ntpFraction ?? 0, 12);
  bytes.writeUInt32BE(fields.rtpTimestamp >>> 0, 16);
  return bytes.toString('hex');
}

export function hexToBytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

export function toHex(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex');
}
