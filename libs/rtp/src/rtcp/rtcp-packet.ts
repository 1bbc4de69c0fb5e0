/** Reads the valid part of compound RTCP (RFC 3550 §6). */
import type { NtpTimestamp } from './ntp-time.ts';

export type RtcpPacket =
  | {
      readonly type: 'sender-report';
      readonly ssrc: number;
      readonly ntp: NtpTimestamp;
      readonly rtpTimestamp: number;
      readonly packetCount: number;
      readonly octetCount: number;
    }
  | { readonly type: 'receiver-report'; readonly ssrc: number }
  | { readonly type: 'source-description'; readonly ssrc: number; readonly cname: string | undefined }
  | { readonly type: 'bye'; readonly ssrcs: readonly number[] }
  /** Feedback, application-defined, extended reports: not used. */
  | { readonly type: 'other'; readonly packetType: number };

export interface RtcpCompound {
  readonly packets: readonly RtcpPacket[];
  /** Why reading stopped early; `packets` holds what came before. */
  readonly fault: string | undefined;
}

/** Reads one datagram or interleaved frame. No content makes it throw. */
export function parseRtcp(bytes: Uint8Array): RtcpCompound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packets: RtcpPacket[] = [];
  let position = 0;
  while (position < bytes.length) {
    if (bytes.length - position < HEADER_BYTES) return { packets, fault: 'rtcp-too-short' };
    if (view.getUint8(position) >> 6 !== 2) return { packets, fault: 'rtcp-bad-version' };
    const end = position + 4 * (view.getUint16(position + 2) + 1);
    if (end > bytes.length) return { packets, fault: 'rtcp-past-end' };
    const packet = parsePacket(new DataView(bytes.buffer, bytes.byteOffset + position, end - position));
    if (packet === undefined) return { packets, fault: 'rtcp-cut' };
    packets.push(packet);
    position = end;
  }
  return { packets, fault: packets.length === 0 ? 'rtcp-too-short' : undefined };
}

export const RtcpType = { SenderReport: 200, ReceiverReport: 201, SourceDescription: 202, Bye: 203 } as const;

const HEADER_BYTES = 4;
const SENDER_REPORT_BYTES = 28;
const CNAME_ITEM = 1;

function parsePacket(view: DataView): RtcpPacket | undefined {
  const count = view.getUint8(0) & 0b1_1111;
  const packetType = view.getUint8(1);
  switch (packetType) {
    case RtcpType.SenderReport:
      return view.byteLength < SENDER_REPORT_BYTES ? undefined : parseSenderReport(view);
    case RtcpType.ReceiverReport:
      return view.byteLength < 8 ? undefined : { type: 'receiver-report', ssrc: view.getUint32(4) };
    case RtcpType.SourceDescription:
      return view.byteLength < 8 ? { type: 'other', packetType } : parseSourceDescription(view);
    case RtcpType.Bye:
      return parseBye(view, count);
    default:
      return { type: 'other', packetType };
  }
}

function parseSenderReport(view: DataView): RtcpPacket {
  return {
    type: 'sender-report',
    ssrc: view.getUint32(4),
    ntp: { seconds: view.getUint32(8), fraction: view.getUint32(12) },
    rtpTimestamp: view.getUint32(16),
    packetCount: view.getUint32(20),
    octetCount: view.getUint32(24),
  };
}

/** The first chunk only; Hanwha leaves out the item that ends it. */
function parseSourceDescription(view: DataView): RtcpPacket {
  const ssrc = view.getUint32(4);
  let position = 8;
  while (position + 2 <= view.byteLength && view.getUint8(position) !== 0) {
    const start = position + 2;
    const end = start + view.getUint8(position + 1);
    if (end > view.byteLength) break;
    if (view.getUint8(position) === CNAME_ITEM) {
      const text = new Uint8Array(view.buffer, view.byteOffset + start, end - start);
      return { type: 'source-description', ssrc, cname: new TextDecoder().decode(text) };
    }
    position = end;
  }
  return { type: 'source-description', ssrc, cname: undefined };
}

function parseBye(view: DataView, count: number): RtcpPacket | undefined {
  if (view.byteLength < HEADER_BYTES + 4 * count) return undefined;
  return { type: 'bye', ssrcs: Array.from({ length: count }, (_, i) => view.getUint32(HEADER_BYTES + 4 * i)) };
}
