import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import type { Writable } from 'node:stream';
import { FRAMING_BYTES, framesOf } from './packet-block.ts';

/** Sends a session's packets. They come with interleaved framing. */
export interface PacketTransport {
  /** False while the client reads too slowly to take another picture. */
  readonly writable: boolean;
  /** Sends many packets in one buffer. `offsets` holds the start of each, then the end of the last. */
  sendBlock(bytes: Buffer, offsets: readonly number[]): void;
  sendFrame(frame: Buffer): void;
  /** Sends RTCP, given without framing. */
  sendRtcp(packet: Uint8Array): void;
  /** Puts unframed bytes into the stream. Does nothing over UDP. */
  sendGarbage(bytes: Buffer): void;
  /** `Transport` header of the reply to SETUP. */
  readonly header: string;
  close(): void;
}

/** Most unsent bytes per client; beyond it, pictures are dropped. About 2 s at 4 Mbit/s. */
export const MAX_UNSENT_BYTES = 1024 * 1024;
const MAX_PORT_TRIES = 50;

export class InterleavedTransport implements PacketTransport {
  readonly #socket: Writable;
  readonly #rtcpChannel: number;
  readonly header: string;

  constructor(socket: Writable, rtpChannel: number, rtcpChannel: number) {
    this.#socket = socket;
    this.#rtcpChannel = rtcpChannel;
    this.header = `RTP/AVP/TCP;unicast;interleaved=${rtpChannel}-${rtcpChannel}`;
  }

  get writable(): boolean {
    return this.#socket.writable && this.#socket.writableLength <= MAX_UNSENT_BYTES;
  }

  sendBlock(bytes: Buffer): void {
    this.sendFrame(bytes);
  }

  sendFrame(frame: Buffer): void {
    if (this.#socket.writable) this.#socket.write(frame);
  }

  sendRtcp(packet: Uint8Array): void {
    const framing = Buffer.from([0x24, this.#rtcpChannel, packet.length >> 8, packet.length & 0xff]);
    this.sendFrame(Buffer.concat([framing, packet]));
  }

  sendGarbage(bytes: Buffer): void {
    this.sendFrame(bytes);
  }

  close(): void {
    // The connection outlives its sessions.
  }
}

export interface UdpTransportOptions {
  readonly localHost: string;
  readonly peerHost: string;
  readonly rtpPort: number;
  readonly rtcpPort: number;
  /** Called for RTCP from the client, which is a sign of life. */
  readonly onRtcp: () => void;
}

export class UdpTransport implements PacketTransport {
  readonly #rtp: DatagramSocket;
  readonly #rtcp: DatagramSocket;
  readonly #options: UdpTransportOptions;
  readonly header: string;
  #closed = false;

  private constructor(rtp: DatagramSocket, rtcp: DatagramSocket, options: UdpTransportOptions) {
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    this.#options = options;
    const { rtpPort, rtcpPort } = options;
    const { port } = rtp.address();
    this.header = `RTP/AVP;unicast;client_port=${rtpPort}-${rtcpPort};server_port=${port}-${port + 1}`;
    rtcp.on('message', () => options.onRtcp());
    // A vanished client answers with ICMP. Its session ends by timeout.
    rtp.on('error', () => undefined);
    rtcp.on('error', () => undefined);
  }

  /** Binds an even port for RTP and the next one for RTCP (RFC 3550 §11). */
  static async open(options: UdpTransportOptions): Promise<UdpTransport> {
    for (let attempt = 0; attempt < MAX_PORT_TRIES; attempt++) {
      const rtp = await bind(options.localHost, 0);
      const port = rtp?.address().port ?? 1;
      const rtcp = port % 2 === 0 ? await bind(options.localHost, port + 1) : undefined;
      if (rtp && rtcp) return new UdpTransport(rtp, rtcp, options);
      rtp?.close();
    }
    throw new Error('no pair of UDP ports is free');
  }

  get writable(): boolean {
    return !this.#closed;
  }

  sendBlock(bytes: Buffer, offsets: readonly number[]): void {
    for (const frame of framesOf(bytes, offsets)) this.sendFrame(frame);
  }

  sendFrame(frame: Buffer): void {
    if (!this.#closed)
      this.#rtp.send(frame, FRAMING_BYTES, frame.length - FRAMING_BYTES, this.#options.rtpPort, this.#options.peerHost);
  }

  sendRtcp(packet: Uint8Array): void {
    if (!this.#closed) this.#rtcp.send(packet, this.#options.rtcpPort, this.#options.peerHost);
  }

  sendGarbage(): void {
    // Datagrams form no stream that garbage could corrupt.
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#rtp.close();
    this.#rtcp.close();
  }
}

function bind(host: string, port: number): Promise<DatagramSocket | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', () => {
      socket.close();
      resolve(undefined);
    });
    socket.bind(port, host, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}
