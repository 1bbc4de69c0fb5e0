/** A viewer's line over Socket.IO, whichever transport carries it. */
import type { SharedClock } from '@oriel/control';
import type { CameraEvent, ClientToServerEvents, ServerToClientEvents } from '@oriel/stream-protocol';
import type { Socket } from 'socket.io';
import { frameHeader, framePacketHead } from './frame-packet.ts';
import type { LiveFrame } from './live-frame.ts';
import type { ViewerConnection } from './viewer-connection.ts';

export type ViewerSocket = Socket<ClientToServerEvents, ServerToClientEvents>;

export class SocketIoConnection implements ViewerConnection {
  readonly #socket: ViewerSocket;
  readonly #engine: EngineSocket;
  readonly #sharedClock: Pick<SharedClock, 'nowMs'>;
  readonly #onFlushed: () => void;
  /** One for each transport ping under way, oldest first; pings that Engine.IO sends on its own have no callback. */
  readonly #pings: ((() => void) | undefined)[] = [];
  #ownPing: (() => void) | undefined;

  /** @param onFlushed - called when everything handed over has left this process */
  constructor(socket: ViewerSocket, sharedClock: Pick<SharedClock, 'nowMs'>, onFlushed: () => void) {
    this.#socket = socket;
    this.#engine = socket.conn as unknown as EngineSocket;
    this.#sharedClock = sharedClock;
    this.#onFlushed = onFlushed;
    this.#engine.on('packetCreate', this.#onPacketCreate);
    this.#engine.on('heartbeat', this.#onHeartbeat);
    this.#engine.on('upgrade', this.#bindTransport);
    this.#bindTransport();
  }

  get isFlushed(): boolean {
    return this.#engine.transport.writable && this.#engine.writeBuffer.length === 0;
  }

  sendFrame(frame: LiveFrame, skipped: number, onShown: () => void): void {
    const sentAtMs = Math.round(this.#sharedClock.nowMs());
    const { transport } = this.#engine;
    const internals = internalsOf(this.#socket);
    if (!this.isFlushed || !takesEncoded(transport) || internals === undefined) {
      this.#socket.compress(false).emit('frame', frameHeader(frame, skipped, sentAtMs), frame.data, onShown);
      return;
    }
    const acknowledgementId = internals.nsp._ids++;
    internals.acks.set(acknowledgementId, onShown);
    const head = framePacketHead(frame, skipped, sentAtMs, acknowledgementId);
    // Flushed: this packet goes to this transport now, and nothing gets between head and picture.
    this.#engine.sendPacket('message', 'frame', { compress: false, wsPreEncodedFrame: [head, frame.data] });
  }

  probe(onReached: () => void): void {
    this.#ownPing = onReached;
    this.#engine.sendPacket('ping');
    this.#ownPing = undefined;
  }

  sendCamera(event: CameraEvent): void {
    this.#socket.emit('camera', event);
  }

  close(): void {
    this.#engine.off('packetCreate', this.#onPacketCreate);
    this.#engine.off('heartbeat', this.#onHeartbeat);
    this.#engine.off('upgrade', this.#bindTransport);
    this.#engine.transport.off('ready', this.#onReady);
    this.#pings.length = 0;
  }

  readonly #onPacketCreate = (packet: { readonly type: string }): void => {
    if (packet.type === 'ping') this.#pings.push(this.#ownPing);
  };

  readonly #onHeartbeat = (): void => this.#pings.shift()?.();

  readonly #bindTransport = (): void => {
    this.#engine.transport.off('ready', this.#onReady);
    this.#engine.transport.on('ready', this.#onReady);
  };

  /** Engine.IO's own listener comes first and hands over what waits in its write buffer. */
  readonly #onReady = (): void => {
    if (this.isFlushed) this.#onFlushed();
  };
}

/**
 * The part of Engine.IO 6's server-side socket that is not in its types. `writable` is false from the moment that bytes
 * are handed to the operating system's socket until it has taken them all (WebSocket), or until the next poll (polling).
 */
interface EngineSocket {
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
  readonly writable: boolean;
  on(event: 'ready', listener: () => void): void;
  off(event: 'ready', listener: () => void): void;
}

interface PacketOptions {
  readonly compress: boolean;
  /** Taken in place of the data by the WebSocket transport: bytes that need no framing any more, in two pieces. */
  readonly wsPreEncodedFrame: readonly [Uint8Array, Uint8Array];
}

/** As Engine.IO's WebSocket transport asks itself before it takes `wsPreEncodedFrame`. */
function takesEncoded(transport: EngineTransport): boolean {
  return (
    transport.name === 'websocket' &&
    !transport.perMessageDeflate &&
    typeof transport.socket?._sender?.sendFrame === 'function'
  );
}

/** Where Socket.IO 4.8 keeps the acknowledgements it waits for, and how it numbers them. */
interface SocketInternals {
  readonly acks: Map<number, () => void>;
  readonly nsp: { _ids: number };
}

/** Undefined for a version that keeps them elsewhere; then frames go the long way. */
function internalsOf(socket: ViewerSocket): SocketInternals | undefined {
  const internals = socket as unknown as Partial<SocketInternals>;
  const isAsKnown = internals.acks instanceof Map && typeof internals.nsp?._ids === 'number';
  return isAsKnown ? (internals as SocketInternals) : undefined;
}
