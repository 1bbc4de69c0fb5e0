export interface SenderReportFields {
  readonly ssrc: number;
  /** Wall-clock time of the report, µs since the Unix epoch. */
  readonly timeUs: number;
  /** RTP timestamp of the same instant, 32-bit ticks. */
  readonly rtpTimestamp: number;
  readonly packetCount?: number;
  readonly octetCount?: number;
}

export interface ReportBlockFields {
  readonly ssrc: number;
  readonly fractionLost?: number;
  readonly cumulativeLost?: number;
  readonly highestSequenceNumber?: number;
  readonly jitterTicks?: number;
  readonly lastSenderReport?: number;
  readonly delaySinceLastSenderReport?: number;
}

/** Seconds from the NTP era's start (1900) to the Unix epoch. */
const NTP_UNIX_OFFSET_S = 2_208_988_800;

/** Sender report without report blocks (RFC 3550 §6.4.1). */
export function senderReport(fields: SenderReportFields): Buffer {
  const packet = rtcpHeader(200, 0, 28);
  packet.writeUInt32BE(fields.ssrc >>> 0, 4);
  const seconds = Math.floor(fields.timeUs / 1e6);
  packet.writeUInt32BE((seconds + NTP_UNIX_OFFSET_S) % 2 ** 32, 8);
  packet.writeUInt32BE(Math.floor(((fields.timeUs - seconds * 1e6) / 1e6) * 2 ** 32) >>> 0, 12);
  packet.writeUInt32BE(fields.rtpTimestamp >>> 0, 16);
  packet.writeUInt32BE((fields.packetCount ?? 0) >>> 0, 20);
  packet.writeUInt32BE((fields.octetCount ?? 0) >>> 0, 24);
  return packet;
}

/** Receiver report (RFC 3550 §6.4.2). */
export function receiverReport(ssrc: number, blocks: readonly ReportBlockFields[] = []): Buffer {
  const packet = rtcpHeader(201, blocks.length, 8 + blocks.length * 24);
  packet.writeUInt32BE(ssrc >>> 0, 4);
  blocks.forEach((block, index) => {
    const start = 8 + index * 24;
    packet.writeUInt32BE(block.ssrc >>> 0, start);
    packet.writeUInt8(block.fractionLost ?? 0, start + 4);
    packet.writeIntBE(block.cumulativeLost ?? 0, start + 5, 3);
    packet.writeUInt32BE((block.highestSequenceNumber ?? 0) >>> 0, start + 8);
    packet.writeUInt32BE((block.jitterTicks ?? 0) >>> 0, start + 12);
    packet.writeUInt32BE((block.lastSenderReport ?? 0) >>> 0, start + 16);
    packet.writeUInt32BE((block.delaySinceLastSenderReport ?? 0) >>> 0, start + 20);
  });
  return packet;
}

/** Source description with a CNAME alone (RFC 3550 §6.5). */
export function sourceDescription(ssrc: number, cname: string): Buffer {
  const name = Buffer.from(cname, 'utf8').subarray(0, 255);
  // At least one zero byte ends the items; the chunk ends on a 32-bit boundary.
  const chunkBytes = Math.ceil((4 + 2 + name.length + 1) / 4) * 4;
  const packet = rtcpHeader(202, 1, 4 + chunkBytes);
  packet.writeUInt32BE(ssrc >>> 0, 4);
  packet[8] = 1;
  packet[9] = name.length;
  packet.set(name, 10);
  return packet;
}

/** The source leaves (RFC 3550 §6.6). */
export function goodbye(ssrc: number): Buffer {
  const packet = rtcpHeader(203, 1, 8);
  packet.writeUInt32BE(ssrc >>> 0, 4);
  return packet;
}

function rtcpHeader(packetType: number, count: number, lengthBytes: number): Buffer {
  const packet = Buffer.alloc(lengthBytes);
  packet[0] = 0x80 | count;
  packet[1] = packetType;
  packet.writeUInt16BE(lengthBytes / 4 - 1, 2);
  return packet;
}
