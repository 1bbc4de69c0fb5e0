/** How one media's packets travel, as agreed in SETUP (RFC 2326 §12.39). */
import type { TransportHeader } from '../message/transport-header.ts';

/** Receives packets. They are views that must not be kept after the call. Never throws. */
export interface PacketSink {
  onRtp(packet: Uint8Array, arrivalTimeUs: number): void;
  onRtcp(packet: Uint8Array, arrivalTimeUs: number): void;
}

/** The part of the RTSP connection that media transports use. */
export interface ControlConnection {
  /** A numeric address. */
  readonly localAddress: string;
  readonly remoteAddress: string;
  send(bytes: Uint8Array): void;
}

export type TransportVerdict = 'accepted' | 'refused';

export interface MediaTransport {
  readonly kind: 'tcp' | 'udp' | 'multicast';
  /** Value of the `Transport` header in SETUP. */
  readonly offer: string;
  /** @param reply Undefined when the camera sent none. @returns `refused` when it names another transport */
  accept(reply: TransportHeader | undefined): Promise<TransportVerdict>;
  /** Opens a NAT or firewall for incoming packets. */
  punchHole(): void;
  sendRtcp(packet: Uint8Array): void;
  /** Resolves once the ports are free. */
  close(): Promise<void>;
}
