/**
 * The RTP fixed header and where the payload lies (RFC 3550 §5.1, §5.3.1).
 *
 * One packet at a time, no sockets, no clock, no log. Order, loss and wrap-around between packets are the business of
 * `in-order-filter.ts`, `reorder-buffer.ts` and `rtp-timeline.ts`.
 */
import { malformed, type Parsed } from '@oriel/model';

export interface RtpPacket {
  /** 7 bits. Its meaning comes from the `a=rtpmap` line of the same SDP media section. */
  readonly payloadType: number;
  /** 16 bits, wraps. Compare with {@link sequenceDistance}, never with `<`. */
  readonly sequenceNumber: number;
  /** 32 bits, wraps. Ticks of the media clock (90 kHz for video) from a random start; not a wall-clock time. */
  readonly rtpTimestamp: number;
  readonly ssrc: number;
  /** Last packet of an access unit (RFC 6184 §5.1). Some cameras set it on parameter sets too. */
  readonly marker: boolean;
  /** A view over the datagram, without extension or padding. Copy it to keep it past the current event. */
  readonly payload: Uint8Array;
}

/**
 * Reads one RTP packet.
 *
 * Peer data never makes this throw: bad datagrams are ordinary on a camera network, so the caller counts them by
 * `fault.reason` and carries on.
 */
export function parseRtpPacket(datagram: Uint8Array): Parsed<RtpPacket> {
  if (datagram.length < FIXED_HEADER_BYTES) return malformed('rtp-too-short', datagram.length, 'RFC 3550 §5.1');
  const first = datagram[0] as number;
  if (first >> 6 !== RTP_VERSION) return malformed('rtp-bad-version', 0, 'RFC 3550 §5.1');

  const payloadStart = findPayloadStart(datagram, first);
  if (payloadStart > datagram.length) return malformed('rtp-header-past-end', FIXED_HEADER_BYTES, 'RFC 3550 §5.3.1');

  const hasPadding = (first & 0b0010_0000) !== 0;
  const paddingBytes = hasPadding ? (datagram[datagram.length - 1] as number) : 0;
  const payloadEnd = datagram.length - paddingBytes;
  if (hasPadding && (paddingBytes === 0 || payloadEnd < payloadStart)) {
    return malformed('rtp-bad-padding', datagram.length - 1, 'RFC 3550 §5.1');
  }

  const second = datagram[1] as number;
  return {
    ok: true,
    value: {
      payloadType: second & 0b0111_1111,
      sequenceNumber: readUint16(datagram, 2),
      rtpTimestamp: readUint32(datagram, 4),
      ssrc: readUint32(datagram, 8),
      marker: (second & 0b1000_0000) !== 0,
      // Cheaper than subarray() of a Buffer.
      payload: new Uint8Array(datagram.buffer, datagram.byteOffset + payloadStart, payloadEnd - payloadStart),
    },
  };
}

const RTP_VERSION = 2;
const FIXED_HEADER_BYTES = 12;
const CSRC_BYTES = 4;
const EXTENSION_HEADER_BYTES = 4;

/** Offset of the first payload byte; may lie past the end of a truncated datagram. */
function findPayloadStart(datagram: Uint8Array, first: number): number {
  const csrcEnd = FIXED_HEADER_BYTES + CSRC_BYTES * (first & 0b0000_1111);
  const hasExtension = (first & 0b0001_0000) !== 0;
  if (!hasExtension) return csrcEnd;
  const extensionEnd = csrcEnd + EXTENSION_HEADER_BYTES;
  if (extensionEnd > datagram.length) return extensionEnd;
  // The length field counts 32-bit words and leaves out its own four bytes, so zero is valid.
  return extensionEnd + 4 * readUint16(datagram, csrcEnd + 2);
}

function readUint16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
}

function readUint32(bytes: Uint8Array, offset: number): number {
  return ((readUint16(bytes, offset) << 16) | readUint16(bytes, offset + 2)) >>> 0;
}
