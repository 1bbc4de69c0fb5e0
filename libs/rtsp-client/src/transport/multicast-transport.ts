/** RTP and RTCP to a multicast group that the camera names (RFC 2326 §12.39, RFC 1112). IPv4 only. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv4 } from 'node:net';
import type { Clock } from '../clock.ts';
import type { DeviationLog } from '../deviation-log.ts';
import type { TransportHeader } from '../message/transport-header.ts';
import type { ControlConnection, MediaTransport, PacketSink, TransportVerdict } from './media-transport.ts';
import { plainAddress, RECEIVE_BUFFER_BYTES } from './udp-transport.ts';

export interface MulticastTransportOptions {
  readonly sink: PacketSink;
  /** The group is joined on this connection's network interface (gortsplib#1098). */
  readonly connection: Pick<ControlConnection, 'localAddress' | 'remoteAddress'>;
  readonly clock: Clock;
  readonly deviations: DeviationLog;
}

export class MulticastTransport implements MediaTransport {
  readonly kind = 'multicast';
  readonly offer = 'RTP/AVP;multicast';
  readonly #options: MulticastTransportOptions;
  readonly #sockets: Socket[] = [];
  #sourceAddress: string;
  #group: { readonly address: string; readonly rtcpPort: number } | undefined;

  constructor(options: MulticastTransportOptions) {
    this.#options = options;
    this.#sourceAddress = plainAddress(options.connection.remoteAddress);
  }

  /** Joins the group. @throws the socket's error when that fails. */
  async accept(reply: TransportHeader | undefined): Promise<TransportVerdict> {
    const ports = reply?.ports ?? reply?.serverPorts;
    if (!reply?.isMulticast || reply.destination === undefined || ports === undefined) return 'refused';
    if (!isMulticastAddress(reply.destination)) return 'refused';
    if (reply.source !== undefined && isIPv4(reply.source)) this.#sourceAddress = reply.source;
    this.#group = { address: reply.destination, rtcpPort: ports[1] };
    await this.#join(reply.destination, ports[0], (packet, now) => this.#options.sink.onRtp(packet, now));
    await this.#join(reply.destination, ports[1], (packet, now) => this.#options.sink.onRtcp(packet, now));
    return 'accepted';
  }

  /** Not needed: membership reports open the way. */
  punchHole(): void {}

  sendRtcp(packet: Uint8Array): void {
    if (this.#group === undefined) return;
    this.#sockets[1]?.send(packet, this.#group.rtcpPort, this.#group.address, (error) => {
      if (error) this.#options.deviations.count('udp-send-failed');
    });
  }

  /** Closes the sockets; the kernel leaves the group with the last one. */
  async close(): Promise<void> {
    const sockets = this.#sockets.splice(0);
    await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
  }

  async #join(
    group: string,
    port: number,
    deliver: (packet: Uint8Array, arrivalTimeUs: number) => void,
  ): Promise<void> {
    const { connection, clock, deviations } = this.#options;
    // Other sessions and programs may listen to the same group.
    const socket = createSocket({ type: 'udp4', reuseAddr: true, recvBufferSize: RECEIVE_BUFFER_BYTES });
    this.#sockets.push(socket);
    const listening = once(socket, 'listening');
    socket.bind({ port, address: process.platform === 'win32' ? undefined : group });
    await listening;
    const interfaceAddress = plainAddress(connection.localAddress);
    socket.addMembership(group, interfaceAddress);
    socket.setMulticastInterface(interfaceAddress);
    socket.on('error', () => void deviations.count('udp-socket-error'));
    socket.on('message', (packet: Uint8Array, from: RemoteInfo) => {
      if (plainAddress(from.address) !== this.#sourceAddress) deviations.count('udp-foreign-source');
      else deliver(packet, clock.nowUs());
    });
  }
}

/** Whether it is in 224.0.0.0/4. A camera must not make us bind anything else. */
function isMulticastAddress(address: string): boolean {
  const first = Number(address.split('.')[0]);
  return isIPv4(address) && first >= 224 && first <= 239;
}
