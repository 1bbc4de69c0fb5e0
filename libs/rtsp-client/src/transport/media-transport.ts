/** How the packets of one media travel; chosen by SETUP (RFC 2326 §12.39). */
import type { TransportHeader } from '../message/transport-header.ts';

/** Where packets go. They are views: nothing may be kept after the call. Never throws. */
export interface PacketSink {
  onRtp(packet: Uint8Array, arrivalTimeUs: number): void;
  onRtcp(packet: Uint8Array, arrivalTimeUs: number): void;
}

/** The RTSP connection, as far as media needs it. */
export interface ControlConnection {
  /** Numeric. */
  readonly localAddress: string;
  readonly remoteAddress: string;
  send(bytes: Uint8Array): void;
}

export type TransportVerdict = 'accepted' | 'refused';

export interface MediaTransport {
  readonly kind: 'tcp' | 'udp' | 'multicast';
  /** Value of the `Transport` header in SETUP. */
  readonly offer: string;
  /** @param reply Undefined when the camera sent none. `refused`: it answered with another transport. */
  accept(reply: TransportHeader | undefined): Promise<TransportVerdict>;
  /** Opens the way for packets through a NAT or firewall. */
  punchHole(): void;
  sendRtcp(packet: Uint8Array): void;
  /** Resolves when ports are free. */
  close(): Promise<void>;
}
