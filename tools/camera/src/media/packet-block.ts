import type { VideoCodec } from '@oriel/model';
import { packetizeH264, packetizeH265, RTP_HEADER_BYTES } from '@oriel/rtp';
import type { CodedPicture } from '../source/video-source.ts';

/** Interleaved framing in front of each packet: `$`, channel, 16-bit length (RFC 2326 §10.12). */
export const FRAMING_BYTES = 4;
export const PAYLOAD_TYPE = 96;

export interface PacketizationOptions {
  readonly codec: VideoCodec;
  readonly maxPayloadBytes: number;
  readonly aggregate: boolean;
  /** Fault: no packet has the marker bit (FLIR M400). */
  readonly noMarker: boolean;
  /** Fault: packets of parameter sets and SEI have the marker bit too (Tapo TC70, Reolink Duo 2). */
  readonly markerOnParameterSets: boolean;
}

/**
 * All RTP packets of one picture in one buffer, each preceded by its interleaved framing. Built once for all sessions.
 * A session copies the block and patches channel, sequence number, timestamp and SSRC.
 */
export interface PacketBlock {
  readonly bytes: Buffer;
  /** Start of each packet's framing, followed by the end of the last packet. */
  readonly offsets: readonly number[];
  readonly isKeyframe: boolean;
  /** RTP payload bytes of all packets, for sender reports. */
  readonly payloadBytes: number;
}

/** Yields the packets of a block, each with its framing. */
export function* framesOf(bytes: Buffer, offsets: readonly number[]): Generator<Buffer> {
  for (let index = 0; index < offsets.length - 1; index++) yield bytes.subarray(offsets[index], offsets[index + 1]);
}

export interface PacketPatch {
  readonly channel: number;
  readonly firstSequenceNumber: number;
  /** 32-bit ticks. */
  readonly timestamp: number;
  readonly ssrc: number;
}

export function buildPacketBlock({ nalUnits, isKeyframe }: CodedPicture, options: PacketizationOptions): PacketBlock {
  const payloads = (options.codec === 'h264' ? packetizeH264 : packetizeH265)(nalUnits, options);
  const payloadBytes = payloads.reduce((sum, payload) => sum + payload.length, 0);
  const bytes = Buffer.alloc(payloadBytes + payloads.length * (FRAMING_BYTES + RTP_HEADER_BYTES));
  const offsets: number[] = [0];
  let offset = 0;
  payloads.forEach((payload, index) => {
    const isLast = index === payloads.length - 1;
    bytes[offset] = 0x24;
    bytes.writeUInt16BE(RTP_HEADER_BYTES + payload.length, offset + 2);
    bytes[offset + FRAMING_BYTES] = 0x80;
    bytes[offset + FRAMING_BYTES + 1] = (hasMarker(payload, isLast, options) ? 0x80 : 0) | PAYLOAD_TYPE;
    bytes.set(payload, offset + FRAMING_BYTES + RTP_HEADER_BYTES);
    offset += FRAMING_BYTES + RTP_HEADER_BYTES + payload.length;
    offsets.push(offset);
  });
  return { bytes, offsets, isKeyframe, payloadBytes };
}

/** A session's own copy of the block. */
export function patchedCopy(block: PacketBlock, patch: PacketPatch): Buffer {
  const copy = Buffer.allocUnsafe(block.bytes.length);
  block.bytes.copy(copy);
  for (let index = 0; index < block.offsets.length - 1; index++) {
    const framing = block.offsets[index] as number;
    const header = framing + FRAMING_BYTES;
    copy[framing + 1] = patch.channel;
    copy.writeUInt16BE((patch.firstSequenceNumber + index) & 0xffff, header + 2);
    copy.writeUInt32BE(patch.timestamp, header + 4);
    copy.writeUInt32BE(patch.ssrc, header + 8);
  }
  return copy;
}

function hasMarker(payload: Uint8Array, isLast: boolean, options: PacketizationOptions): boolean {
  if (options.noMarker) return false;
  if (isLast) return true;
  if (!options.markerOnParameterSets) return false;
  const header = payload[0] ?? 0;
  const type = options.codec === 'h264' ? header & 0x1f : header >> 1;
  return options.codec === 'h264' ? type >= 6 && type <= 8 : (type >= 32 && type <= 34) || type === 39;
}
