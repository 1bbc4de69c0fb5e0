/**
 * The parts of Socket.IO 4.8 and Engine.IO 6 that are not in their types, all in this file:
 *
 * - `socket.acks`, `socket.nsp._ids`: the acknowledgements that Socket.IO waits for, and the next one's number.
 * - `socket.conn.sendPacket`, with the option `wsPreEncodedFrame`: bytes that need no framing any more.
 * - `socket.conn.transport`: `writable`, its event `ready`, `perMessageDeflate`, and ws' `socket._sender.sendFrame`.
 * - `socket.conn.writeBuffer`, and the events `packetCreate`, `heartbeat` and `upgrade`.
 *
 * The first two save Socket.IO's walk through header and picture for every viewer, and one of two writes. {@link sendEncoded} looks before it
 * touches them and otherwise leaves the frame to Socket.IO, so an upgrade that moves them costs CPU, not pictures.
 * `delivery.int-spec.ts` fails when the fast path is not taken any more.
 */
import type { ClientToServerEvents, ServerToClientEvents } from '@oriel/stream-protocol';
import type { Socket } from 'socket.io';

export type ViewerSocket = Socket<ClientToServerEvents, ServerToClientEvents>;

export interface EngineSocket {
  readonly transport: EngineTransport;
  readonly writeBuffer: readonly unknown[];
  /** A ping makes every Engine.IO client answer with a pong, behind everything that it has received before. */
  sendPacket(type: 'ping'): void;
  sendPacket(type: 'message', data: string, options: PacketOptions): void;
  on(event: 'packetCreate', listener: (packet: { readonly type: string }) => void): void;
  on(event: 'heartbeat' | 'upgrade', listener: () => void): void;
  off(event: 'packetCreate', listener: (packet: { readonly type: string }) => void): void;
  off(event: 'heartbeat' | 'upgrade', listener: () => void): void;
}

interface EngineTransport {
  readonly name: string;
  readonly perMessageDeflate?: unknown;
  readonly socket?: { readonly _sender?: { readonly sendFrame?: unknown } };
  /** False from handing bytes to the operating system until it has taken them all (WebSocket), or until the next poll (polling). */
  readonly writable: boolean;
  on(event: 'ready', listener: () => void): void;
  off(event: 'ready', listener: () => void): void;
}

interface PacketOptions {
  readonly compress: boolean;
  /** Taken in place of the data by the WebSocket transport, in two pieces. */
  readonly wsPreEncodedFrame: readonly [Uint8Array, Uint8Array];
}

interface SocketInternals {
  readonly acks: Map<number, () => void>;
  readonly nsp: { _ids: number };
}

export function engineOf(socket: ViewerSocket): EngineSocket {
  return socket.conn as unknown as EngineSocket;
}

/** Nothing waits in this process, and the transport has handed everything to the operating system. */
export function isFlushed({ transport, writeBuffer }: EngineSocket): boolean {
  return transport.writable && writeBuffer.length === 0;
}

/**
 * Sends an event that is encoded already, past Socket.IO's encoder. The line has to be flushed: then the packet goes to this transport now,
 * and nothing gets between its two pieces.
 *
 * @param headOf - the bytes in front of `data`, given the number under which the client acknowledges
 * @returns false where that is not possible; nothing has been sent then
 */
export function sendEncoded(
  socket: ViewerSocket,
  headOf: (acknowledgementId: number) => Uint8Array,
  data: Uint8Array,
  onAcknowledged: () => void,
): boolean {
  const engine = engineOf(socket);
  const internals = internalsOf(socket);
  if (internals === undefined || !isFlushed(engine) || !takesEncoded(engine.transport)) return false;
  const acknowledgementId = internals.nsp._ids++;
  internals.acks.set(acknowledgementId, onAcknowledged);
  engine.sendPacket('message', 'frame', { compress: false, wsPreEncodedFrame: [headOf(acknowledgementId), data] });
  return true;
}

/** As Engine.IO's WebSocket transport asks itself before it takes `wsPreEncodedFrame`. */
function takesEncoded(transport: EngineTransport): boolean {
  return (
    transport.name === 'websocket' &&
    !transport.perMessageDeflate &&
    typeof transport.socket?._sender?.sendFrame === 'function'
  );
}

function internalsOf(socket: ViewerSocket): SocketInternals | undefined {
  const internals = socket as unknown as Partial<SocketInternals>;
  const isAsKnown = internals.acks instanceof Map && typeof internals.nsp?._ids === 'number';
  return isAsKnown ? (internals as SocketInternals) : undefined;
}
