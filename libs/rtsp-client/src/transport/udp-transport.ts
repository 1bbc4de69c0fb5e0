/** RTP and RTCP over a UDP port pair (RFC 2326 §12.39, RFC 3550 §11). */
import type { RemoteInfo, Socket } from 'node:dgram';
import { isIP } from 'node:net';
import type { Clock } from '../clock.ts';
import type { DeviationLog } from '../deviation-log.ts';
import type { TransportHeader } from '../message/transport-header.ts';
import type { ControlConnection, MediaTransport, PacketSink, TransportVerdict } from './media-transport.ts';
import { closePortPair, type UdpPortPair } from './udp-port-pair.ts';

export interface UdpTransportOptions {
  readonly ports: UdpPortPair;
  readonly sink: PacketSink;
  readonly connection: Pick<ControlConnection, 'remoteAddress'>;
  readonly clock: Clock;
  readonly deviations: DeviationLog;
}

type Role = 'rtp' | 'rtcp';

export class UdpTransport implements MediaTransport {
  readonly kind = 'udp';
  readonly offer: string;
  readonly #options: UdpTransportOptions;
  readonly #remotePorts: Record<Role, number | undefined> = { rtp: undefined, rtcp: undefined };
  #sourceAddress: string;
  #isAccepted = false;
  #isClosed = false;

  constructor(options: UdpTransportOptions) {
    this.#options = options;
    this.#sourceAddress = plainAddress(options.connection.remoteAddress);
    const { rtpPort } = options.ports;
    this.offer = `RTP/AVP;unicast;client_port=${rtpPort}-${rtpPort + 1}`;
    this.#listen(options.ports.rtp, 'rtp');
    this.#listen(options.ports.rtcp, 'rtcp');
    this.#checkReceiveBuffer(options.ports.rtp);
  }

  async accept(reply: TransportHeader | undefined): Promise<TransportVerdict> {
    if (reply?.lowerTransport === 'tcp' || reply?.isMulticast) return 'refused';
    // Without a source, or with a host name, packets come from the address that sends the RTSP replies.
    if (reply?.source !== undefined && isIP(reply.source) !== 0) this.#sourceAddress = plainAddress(reply.source);
    this.#remotePorts.rtp = reply?.serverPorts?.[0];
    this.#remotePorts.rtcp = reply?.serverPorts?.[1];
    this.#isAccepted = true;
    return 'accepted';
  }

  punchHole(): void {
    this.#send('rtp', EMPTY_RTP);
    this.#send('rtcp', EMPTY_RECEIVER_REPORT);
  }

  sendRtcp(packet: Uint8Array): void {
    this.#send('rtcp', packet);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await closePortPair(this.#options.ports);
  }

  #listen(socket: Socket, role: Role): void {
    socket.on('message', (packet, from) => this.#onDatagram(role, packet, from));
    // E.g. ECONNREFUSED after a hole punch. The watchdog notices when media stops.
    socket.on('error', () => void this.#options.deviations.count('udp-socket-error'));
  }

  #onDatagram(role: Role, packet: Uint8Array, from: RemoteInfo): void {
    const { sink, deviations, clock } = this.#options;
    if (!this.#isAccepted) return void deviations.count('udp-before-setup');
    if (plainAddress(from.address) !== this.#sourceAddress) return void deviations.count('udp-foreign-source');
    // Without a usable `server_port`, the first packet's port counts (mediamtx#396).
    this.#remotePorts[role] ??= from.port;
    if (from.port !== this.#remotePorts[role]) return void deviations.count('udp-foreign-port');
    if (role === 'rtp') sink.onRtp(packet, clock.nowUs());
    else sink.onRtcp(packet, clock.nowUs());
  }

  #send(role: Role, packet: Uint8Array): void {
    const port = this.#remotePorts[role];
    if (port === undefined || this.#isClosed) return;
    this.#options.ports[role].send(packet, port, this.#sourceAddress, (error) => {
      if (error) this.#options.deviations.count('udp-send-failed');
    });
  }

  /** Linux silently caps the size at net.core.rmem_max, and reports double the size. */
  #checkReceiveBuffer(socket: Socket): void {
    if (socket.getRecvBufferSize() >= RECEIVE_BUFFER_BYTES) return;
    const message =
      'The system grants a small receive buffer for UDP: pictures may break up under load (raise net.core.rmem_max)';
    this.#options.deviations.note('receive-buffer-capped', message);
  }
}

/** Holds a 4K keyframe in one burst, with room for what arrives while the event loop is busy. */
export const RECEIVE_BUFFER_BYTES = 2_097_152;

/** A bare RTP header with payload type 0. */
const EMPTY_RTP = Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
/** An RTCP receiver report without report blocks. */
const EMPTY_RECEIVER_REPORT = Uint8Array.of(0x80, 201, 0, 1, 0, 0, 0, 0);

/** Strips the IPv4-mapped prefix and the zone, so that addresses compare equal. */
export function plainAddress(address: string): string {
  return address
    .replace(/^::ffff:(?=\d+\.)/i, '')
    .replace(/%.*$/, '')
    .toLowerCase();
}
