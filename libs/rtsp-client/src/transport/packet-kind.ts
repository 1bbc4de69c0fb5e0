/** Tells RTP from RTCP by content (RFC 5761 §4), because some cameras mix up the two channels. */
export type PacketKind = 'rtp' | 'rtcp' | 'unknown';

/**
 * @param head First bytes of the packet; 4 are enough.
 * @param packetBytes Length of the whole packet.
 * @param payloadTypes Payload types of the media's `m=` line.
 */
export function classifyPacket(head: Uint8Array, packetBytes: number, payloadTypes: readonly number[]): PacketKind {
  // Indexed, not destructured: a typed array's iterator would cost more than the rest of the packet's processing.
  const second = head[1] ?? 0;
  if ((head[0] ?? 0) >> 6 !== RTP_VERSION || packetBytes < SHORTEST_RTCP_BYTES) return 'unknown';
  const rtcpBytes = 4 * ((((head[2] ?? 0) << 8) | (head[3] ?? 0)) + 1);
  if (second >= FIRST_RTCP_TYPE && second <= LAST_RTCP_TYPE && rtcpBytes <= packetBytes) return 'rtcp';
  return packetBytes >= RTP_HEADER_BYTES && payloadTypes.includes(second & 0x7f) ? 'rtp' : 'unknown';
}

const RTP_VERSION = 2;
const RTP_HEADER_BYTES = 12;
const SHORTEST_RTCP_BYTES = 8;
const FIRST_RTCP_TYPE = 200;
const LAST_RTCP_TYPE = 204;
