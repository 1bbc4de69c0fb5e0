import { randomBytes, randomInt } from 'node:crypto';
import { type ReportedInstant, SenderReports } from '@oriel/rtp';
import { PacketFaults, SeededRandom } from '@oriel/simulation';
import type { CameraFaults } from '../faults.ts';
import { nowUs } from '../source/wall-clock.ts';
import { DelayLine } from './delay-line.ts';
import { framesOf, type PacketBlock, patchedCopy } from './packet-block.ts';
import type { PacketTransport } from './packet-transport.ts';

export interface RtpSessionOptions {
  readonly transport: PacketTransport;
  /** Interleaved channel; 0 over UDP. */
  readonly rtpChannel: number;
  readonly start: 'keyframe' | 'live';
  readonly senderReportIntervalMs: number;
  readonly faults: CameraFaults;
  /** Gives each session random faults of its own. */
  readonly ordinal: number;
}

/** Ticks of the 90 kHz clock per microsecond. */
const TICKS_PER_US = 0.09;

/** One client's RTP stream. Numbers packets and sends sender reports. */
export class RtpSession {
  readonly id = randomBytes(8).toString('hex').toUpperCase();
  readonly transport: PacketTransport;
  readonly #options: RtpSessionOptions;
  readonly #packetFaults: PacketFaults;
  readonly #delayLine: DelayLine;
  #ssrc = randomInt(1, 2 ** 32);
  #nextSequenceNumber = randomInt(0, 2 ** 16);
  #timestampOffsetTicks = randomInt(0, 2 ** 32);
  readonly #reports: SenderReports;
  #waitsForKeyframe: boolean;
  #closed = false;
  playing = false;
  packetsSent = 0;
  bytesSent = 0;
  picturesDropped = 0;
  lastSignOfLifeMs = performance.now();

  constructor(options: RtpSessionOptions) {
    this.#options = options;
    this.transport = options.transport;
    this.#waitsForKeyframe = options.start === 'keyframe';
    this.#reports = new SenderReports({ ssrc: this.#ssrc, cname: 'camera@oriel' }, options.senderReportIntervalMs);
    const random = new SeededRandom(options.faults.settings.seed + options.ordinal);
    this.#packetFaults = new PacketFaults(random);
    this.#delayLine = new DelayLine(random);
  }

  get ssrc(): number {
    return this.#ssrc;
  }

  get nextSequenceNumber(): number {
    return this.#nextSequenceNumber;
  }

  /** 32-bit RTP timestamp of an instant in µs since the Unix epoch. */
  timestampOf(timeUs: number): number {
    return (((Math.round(timeUs * TICKS_PER_US) + this.#timestampOffsetTicks) % 2 ** 32) + 2 ** 32) % 2 ** 32;
  }

  sendPicture(block: PacketBlock, captureTimeUs: number): void {
    if (!this.playing || this.#closed || this.#options.faults.stalled) return;
    if (this.#waitsForKeyframe && !block.isKeyframe) return;
    const packets = block.offsets.length - 1;
    const firstSequenceNumber = this.#nextSequenceNumber;
    if (!this.transport.writable) {
      // Skips the numbers, so that the client notices the loss, and waits for a keyframe: pictures that refer to the lost one would be broken.
      this.#nextSequenceNumber = (firstSequenceNumber + packets) & 0xffff;
      this.#waitsForKeyframe = true;
      this.picturesDropped += 1;
      return;
    }
    this.#waitsForKeyframe = false;
    this.#reportIfDue();
    const copy = patchedCopy(block, {
      channel: this.#options.rtpChannel,
      firstSequenceNumber,
      timestamp: this.timestampOf(captureTimeUs),
      ssrc: this.#ssrc,
    });
    this.#nextSequenceNumber = (firstSequenceNumber + packets) & 0xffff;
    this.packetsSent += packets;
    this.bytesSent += copy.length;
    this.#reports.count(packets, block.payloadBytes);
    this.#delayLine.send(this.#options.faults.settings.delayMs, () => this.#send(copy, block.offsets));
  }

  #send(bytes: Buffer, offsets: readonly number[]): void {
    const { settings } = this.#options.faults;
    const { transport } = this;
    if (!this.#packetFaults.isActive(settings)) {
      transport.sendBlock(bytes, offsets);
      return;
    }
    this.#packetFaults.send(framesOf(bytes, offsets), settings, {
      sendPacket: (frame) => transport.sendFrame(frame),
      sendGarbage: (garbage) => transport.sendGarbage(garbage),
    });
  }

  changeSsrc(): void {
    this.#ssrc = randomInt(1, 2 ** 32);
    this.#reports.changeSsrc(this.#ssrc);
  }

  jumpTimestamp(seconds: number): void {
    this.#timestampOffsetTicks += seconds * 90_000;
  }

  /** Sends BYE if asked to, then frees the ports. */
  close(ending: 'bye' | 'silent'): void {
    if (this.#closed) return;
    this.#closed = true;
    if (ending === 'bye' && this.playing) this.transport.sendRtcp(this.#reports.bye(this.#now()));
    this.playing = false;
    this.#delayLine.close();
    this.transport.close();
  }

  #reportIfDue(): void {
    const nowMs = performance.now();
    if (this.#reports.isDue(nowMs)) this.transport.sendRtcp(this.#reports.report(this.#now(), nowMs));
  }

  #now(): ReportedInstant {
    const timeUs = nowUs();
    return { timeUs, rtpTimestamp: this.timestampOf(timeUs) };
  }
}
