/** A viewer's line over Socket.IO, whichever transport carries it. */
import type { SharedClock } from '@oriel/control';
import type { CameraEvent, EndedEvent } from '@oriel/stream-protocol';
import { frameHeader, framePacketHead } from './frame-packet.ts';
import type { LiveFrame } from './live-frame.ts';
import { type EngineSocket, engineOf, isFlushed, sendEncoded, type ViewerSocket } from './socket-io-internals.ts';
import type { PictureLine } from './viewer-line.ts';

export class SocketIoConnection implements PictureLine {
  readonly kind = 'socket';
  readonly #socket: ViewerSocket;
  readonly #engine: EngineSocket;
  readonly #sharedClock: Pick<SharedClock, 'nowMs'>;
  #onFlushed: () => void = () => undefined;
  /** One for each transport ping under way, oldest first; pings that Engine.IO sends on its own have no callback. */
  readonly #pings: ((() => void) | undefined)[] = [];
  #ownPing: (() => void) | undefined;
  /** Until its first acknowledgement a client counts as one that never sends any. */
  #acknowledges = false;

  constructor(socket: ViewerSocket, sharedClock: Pick<SharedClock, 'nowMs'>) {
    this.#socket = socket;
    this.#engine = engineOf(socket);
    this.#sharedClock = sharedClock;
    this.#engine.on('packetCreate', this.#onPacketCreate);
    this.#engine.on('heartbeat', this.#onHeartbeat);
    this.#engine.on('upgrade', this.#bindTransport);
    this.#bindTransport();
  }

  get isFlushed(): boolean {
    return isFlushed(this.#engine);
  }

  onFlushed(listener: () => void): void {
    this.#onFlushed = listener;
  }

  /** Arrived means acknowledged; for a client that never acknowledges, that its transport answered behind the frame. */
  sendPicture(frame: LiveFrame, skipped: number, onArrived: () => void): void {
    let isUnderWay = true;
    const arrive = () => {
      if (!isUnderWay) return;
      isUnderWay = false;
      onArrived();
    };
    this.#sendFrame(frame, skipped, () => {
      this.#acknowledges = true;
      arrive();
    });
    if (this.#acknowledges) return;
    this.#probe(() => {
      if (!this.#acknowledges) arrive();
    });
  }

  sendCamera(event: CameraEvent): void {
    this.#socket.emit('camera', event);
  }

  sendEnded(event: EndedEvent): void {
    this.#socket.emit('ended', event);
  }

  close(): void {
    this.#engine.off('packetCreate', this.#onPacketCreate);
    this.#engine.off('heartbeat', this.#onHeartbeat);
    this.#engine.off('upgrade', this.#bindTransport);
    this.#engine.transport.off('ready', this.#onReady);
    this.#pings.length = 0;
  }

  #sendFrame(frame: LiveFrame, skipped: number, onShown: () => void): void {
    const sentAtMs = Math.round(this.#sharedClock.nowMs());
    const headOf = (acknowledgementId: number) => framePacketHead(frame, skipped, sentAtMs, acknowledgementId);
    if (sendEncoded(this.#socket, headOf, frame.data, onShown)) return;
    this.#socket.compress(false).emit('frame', frameHeader(frame, skipped, sentAtMs), frame.data, onShown);
  }

  /**
   * Asks the client's transport for a sign of life behind everything sent so far; it answers without help from the client's author. Bytes
   * that the kernel has taken may still be seconds from the client.
   */
  #probe(onReached: () => void): void {
    this.#ownPing = onReached;
    this.#engine.sendPacket('ping');
    this.#ownPing = undefined;
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
