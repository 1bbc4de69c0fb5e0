/** Writes the compound RTCP packets of a receiver (RFC 3550 §6.4.2, §6.5, §6.6). */
import type { ReportBlock } from './receiver-statistics.ts';
import { RtcpType } from './rtcp-packet.ts';

export interface RtcpIdentity {
  /** Our own, not the camera's. */
  readonly ssrc: number;
  /** At most 255 bytes of ASCII; random, so that it tells nothing of the host (RFC 7022). */
  readonly cname: string;
}

/** RR and SDES CNAME; without a block while nothing was received. */
export function buildReceiverReport(identity: RtcpIdentity, block: ReportBlock | undefined): Uint8Array {
  return concatenate([receiverReport(identity.ssrc, block), sourceDescription(identity)]);
}

/** RR, SDES CNAME and BYE: a compound packet starts with a report, even an empty one (§6.1). */
export function buildBye(identity: RtcpIdentity): Uint8Array {
  const bye = Buffer.alloc(8);
  writeHeader(bye, 1, RtcpType.Bye);
  bye.writeUInt32BE(identity.ssrc, 4);
  return concatenate([receiverReport(identity.ssrc, undefined), sourceDescription(identity), bye]);
}

const REPORT_HEADER_BYTES = 8;
const REPORT_BLOCK_BYTES = 24;
const CNAME_ITEM = 1;

function receiverReport(ssrc: number, block: ReportBlock | undefined): Buffer {
  const packet = Buffer.alloc(REPORT_HEADER_BYTES + (block === undefined ? 0 : REPORT_BLOCK_BYTES));
  writeHeader(packet, block === undefined ? 0 : 1, RtcpType.ReceiverReport);
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

function sourceDescription({ ssrc, cname }: RtcpIdentity): Buffer {
  const text = Buffer.from(cname, 'latin1').subarray(0, 255);
  // At least one zero byte ends the items, and fills up to 32 bits (§6.5).
  const packet = Buffer.alloc(Math.ceil((REPORT_HEADER_BYTES + 2 + text.length + 1) / 4) * 4);
  writeHeader(packet, 1, RtcpType.SourceDescription);
  packet.writeUInt32BE(ssrc, 4);
  packet.writeUInt8(CNAME_ITEM, 8);
  packet.writeUInt8(text.length, 9);
  text.copy(packet, 10);
  return packet;
}

function writeHeader(packet: Buffer, count: number, packetType: number): void {
  packet.writeUInt8(0x80 | count, 0);
  packet.writeUInt8(packetType, 1);
  packet.writeUInt16BE(packet.length / 4 - 1, 2);
}

function concatenate(packets: readonly Buffer[]): Uint8Array {
  return new Uint8Array(Buffer.concat(packets));
}
