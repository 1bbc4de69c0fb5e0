/** Writes RTCP packets (RFC 3550 §6.4 to §6.6). Whoever sends joins them to a compound packet, a report first (§6.1). */
import { unixUsToNtp } from './ntp-time.ts';
import type { ReportBlock } from './report-block.ts';
import { RtcpType } from './rtcp-packet.ts';

export interface RtcpIdentity {
  /** The sender's own SSRC. */
  readonly ssrc: number;
  /** At most 255 bytes of UTF-8; random, so that it tells nothing of the host (RFC 7022). */
  readonly cname: string;
}

export interface SenderReportFields {
  readonly ssrc: number;
  /** Wall-clock time of the report, µs since the Unix epoch. */
  readonly timeUs: number;
  /** RTP timestamp of the same instant, 32-bit ticks. */
  readonly rtpTimestamp: number;
  /** Packets sent so far, 32 bits. */
  readonly packetCount: number;
  /** Payload bytes sent so far, 32 bits. */
  readonly octetCount: number;
}

/** Sender report without report blocks (RFC 3550 §6.4.1). */
export function buildSenderReport({
  ssrc,
  timeUs,
  rtpTimestamp,
  packetCount,
  octetCount,
}: SenderReportFields): Uint8Array {
  const packet = withHeader(RtcpType.SenderReport, 0, SENDER_REPORT_BYTES);
  const ntp = unixUsToNtp(timeUs);
  packet.writeUInt32BE(ssrc, 4);
  packet.writeUInt32BE(ntp.seconds, 8);
  packet.writeUInt32BE(ntp.fraction, 12);
  packet.writeUInt32BE(rtpTimestamp, 16);
  packet.writeUInt32BE(packetCount % 2 ** 32, 20);
  packet.writeUInt32BE(octetCount % 2 ** 32, 24);
  return packet;
}

/** Receiver report; without a block while nothing was received (RFC 3550 §6.4.2). */
export function buildReceiverReport(ssrc: number, block: ReportBlock | undefined): Uint8Array {
  const blocks = block === undefined ? 0 : 1;
  const packet = withHeader(RtcpType.ReceiverReport, blocks, SSRC_HEADER_BYTES + blocks * REPORT_BLOCK_BYTES);
  packet.writeUInt32BE(ssrc, 4);
  if (block === undefined) return packet;
  packet.writeUInt32BE(block.ssrc, 8);
  packet.writeUInt8(block.fractionLost, 12);
  packet.writeIntBE(block.cumulativeLost, 13, 3);
  packet.writeUInt32BE(block.extendedHighestSequence, 16);
  packet.writeUInt32BE(block.jitterTicks >>> 0, 20);
  packet.writeUInt32BE(block.lastSenderReport, 24);
  packet.writeUInt32BE(block.delaySinceLastSenderReport, 28);
  return packet;
}

/** Source description with a CNAME alone (RFC 3550 §6.5). */
export function buildSourceDescription({ ssrc, cname }: RtcpIdentity): Uint8Array {
  const text = Buffer.from(cname, 'utf8').subarray(0, 255);
  // At least one zero byte ends the items, and zeros fill up to 32 bits.
  const lengthBytes = Math.ceil((SSRC_HEADER_BYTES + 2 + text.length + 1) / 4) * 4;
  const packet = withHeader(RtcpType.SourceDescription, 1, lengthBytes);
  packet.writeUInt32BE(ssrc, 4);
  packet.writeUInt8(CNAME_ITEM, 8);
  packet.writeUInt8(text.length, 9);
  text.copy(packet, 10);
  return packet;
}

/** The source leaves (RFC 3550 §6.6). */
export function buildBye(ssrc: number): Uint8Array {
  const packet = withHeader(RtcpType.Bye, 1, SSRC_HEADER_BYTES);
  packet.writeUInt32BE(ssrc, 4);
  return packet;
}

/** One compound packet, in memory of its own. */
export function joinRtcp(...packets: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(packets));
}

const SSRC_HEADER_BYTES = 8;
const SENDER_REPORT_BYTES = 28;
const REPORT_BLOCK_BYTES = 24;
const CNAME_ITEM = 1;

function withHeader(packetType: number, count: number, lengthBytes: number): Buffer {
  const packet = Buffer.alloc(lengthBytes);
  packet.writeUInt8(0x80 | count, 0);
  packet.writeUInt8(packetType, 1);
  packet.writeUInt16BE(lengthBytes / 4 - 1, 2);
  return packet;
}
