/** Header fields of an RTP packet (RFC 3550 §5.1); omitted ones are zero. */
export interface RtpPacketFields {
  readonly payloadType?: number;
  readonly marker?: boolean;
  readonly sequenceNumber?: number;
  /** 32-bit ticks. */
  readonly timestamp?: number;
  readonly ssrc?: number;
  readonly csrcs?: readonly number[];
  /** Header extension (RFC 3550 §5.3.1); the data is a whole number of 32-bit words. */
  readonly extension?: { readonly profile: number; readonly data: Uint8Array };
  /** Padding bytes at the end; the last one holds their count (RFC 3550 §5.1 P). */
  readonly paddingBytes?: number;
  readonly payload?: Uint8Array;
}

export const RTP_HEADER_BYTES = 12;

/** A well-formed RTP packet. @defaultValue payload type 96 */
export function buildRtpPacket(fields: RtpPacketFields): Buffer {
  const {
    payloadType = 96,
    marker = false,
    csrcs = [],
    extension,
    paddingBytes = 0,
    payload = new Uint8Array(0),
  } = fields;
  const header = Buffer.alloc(RTP_HEADER_BYTES + csrcs.length * 4 + (extension ? 4 + extension.data.length : 0));
  header[0] = 0x80 | (paddingBytes > 0 ? 0x20 : 0) | (extension ? 0x10 : 0) | csrcs.length;
  header[1] = (marker ? 0x80 : 0) | payloadType;
  header.writeUInt16BE((fields.sequenceNumber ?? 0) & 0xffff, 2);
  header.writeUInt32BE((fields.timestamp ?? 0) >>> 0, 4);
  header.writeUInt32BE((fields.ssrc ?? 0) >>> 0, 8);
  csrcs.forEach((csrc, index) => {
    header.writeUInt32BE(csrc >>> 0, RTP_HEADER_BYTES + index * 4);
  });
  if (extension) {
    const start = RTP_HEADER_BYTES + csrcs.length * 4;
    header.writeUInt16BE(extension.profile, start);
    header.writeUInt16BE(extension.data.length / 4, start + 2);
    header.set(extension.data, start + 4);
  }
  const padding = Buffer.alloc(paddingBytes);
  if (paddingBytes > 0) padding[paddingBytes - 1] = paddingBytes;
  return Buffer.concat([header, payload, padding]);
}
