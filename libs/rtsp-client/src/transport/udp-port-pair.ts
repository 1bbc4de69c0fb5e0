/** Binds an even port for RTP and the odd one above it for RTCP (RFC 3550 §11). */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';

export interface UdpPortPair {
  readonly rtp: Socket;
  readonly rtcp: Socket;
  readonly rtpPort: number;
}

export interface PortPairOptions {
  /** The local address of the RTSP connection, where packets are expected. */
  readonly localAddress: string;
  readonly receiveBufferBytes: number;
  /** For tests. @defaultValue a random order over 10000 to 65534 */
  readonly candidates?: Iterable<number>;
}

/** Undefined when no pair is free. @throws the socket's error when binding fails for any reason but a busy port. */
export async function bindPortPair({
  localAddress,
  receiveBufferBytes,
  candidates = randomEvenPorts(),
}: PortPairOptions): Promise<UdpPortPair | undefined> {
  for (const rtpPort of candidates) {
    const rtp = await bind(rtpPort, localAddress, receiveBufferBytes);
    if (rtp === undefined) continue;
    const rtcp = await bind(rtpPort + 1, localAddress, receiveBufferBytes).catch(async (error: unknown) => {
      await closeSocket(rtp);
      throw error;
    });
    if (rtcp !== undefined) return { rtp, rtcp, rtpPort };
    await closeSocket(rtp);
  }
  return undefined;
}

export async function closePortPair({ rtp, rtcp }: UdpPortPair): Promise<void> {
  await Promise.all([closeSocket(rtp), closeSocket(rtcp)]);
}

const FIRST_PORT = 10_000;
const PAIRS = (65_536 - FIRST_PORT) / 2;
/** If this many pairs are busy, something else is wrong. Each try costs two system calls. */
const MAX_TRIES = 200;

function* randomEvenPorts(): Generator<number> {
  const start = Math.floor(Math.random() * PAIRS);
  for (let tried = 0; tried < MAX_TRIES; tried++) yield FIRST_PORT + 2 * ((start + tried) % PAIRS);
}

async function bind(port: number, address: string, recvBufferSize: number): Promise<Socket | undefined> {
  const socket = createSocket({ type: isIPv6(address.replace(/%.*$/, '')) ? 'udp6' : 'udp4', recvBufferSize });
  try {
    const listening = once(socket, 'listening');
    socket.bind({ port, address, exclusive: true });
    await listening;
    return socket;
  } catch (error) {
    await closeSocket(socket);
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
}

function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}
