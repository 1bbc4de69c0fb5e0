/**
 * The parts of Socket.IO 4.8 and Engine.IO 6 that their types leave out. No other file uses them:
 *
 * - `socket.acks`, `socket.nsp._ids`: pending acknowledgements, and the number of the next one.
 * - `socket.conn.sendPacket`, with the option `wsPreEncodedFrame`: bytes that are already framed.
 * - `socket.conn.transport`: `writable`, its event `ready`, `perMessageDeflate`, and ws' `socket._sender.sendFrame`.
 * - `socket.conn.writeBuffer`, and the events `packetCreate`, `heartbeat` and `upgrade`.
 *
 * The first two spare Socket.IO's traversal of header and picture per viewer, and one of two writes. {@link sendEncoded} checks that they
 * exist and falls back to Socket.IO, so an upgrade that moves them costs CPU, not pictures. `delivery.int-spec.ts` fails when the fast path
 * is no longer taken.
 */
import type { ClientToServerEvents, ServerToClientEvents } from '@oriel/stream-protocol';
import type { Socket } from 'socket.io';

export type ViewerSocket = Socket<ClientToServerEvents, ServerToClientEvents>;

export interface EngineSocket {
  readonly transport: EngineTransport;
  readonly writeBuffer: readonly unknown[];
  /** Every Engine.IO client answers a ping with a pong, after everything it received before. */
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
  /** False until the operating system has taken all bytes (WebSocket), or until the next poll (polling). */
  readonly writable: boolean;
  on(event: 'ready', listener: () => void): void;
  off(event: 'ready', listener: () => void): void;
}

interface PacketOptions {
  readonly compress: boolean;
  /** Two pieces that the WebSocket transport sends instead of the data. */
  readonly wsPreEncodedFrame: readonly [Uint8Array, Uint8Array];
}

interface SocketInternals {
  readonly acks: Map<number, () => void>;
  readonly nsp: { _ids: number };
}

export function engineOf(socket: ViewerSocket): EngineSocket {
  return socket.conn as unknown as EngineSocket;
}

/** Whether this process holds no unsent bytes: the operating system has taken them all. */
export function isFlushed({ transport, writeBuffer }: EngineSocket): boolean {
  return transport.writable && writeBuffer.length === 0;
}

/**
 * Sends an encoded event, bypassing Socket.IO's encoder. Needs a flushed line: only then does the packet go straight to this transport, with
 * nothing between its two pieces.
 *
 * @param headOf returns the bytes in front of `data` for an acknowledgement id
 * @returns false when that is not possible and nothing was sent
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

/** The conditions under which Engine.IO's WebSocket transport takes `wsPreEncodedFrame`. */
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
