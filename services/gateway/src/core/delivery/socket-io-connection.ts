/** A viewer's line over Socket.IO, on any transport. */
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
  /** Callbacks of the transport pings under way, oldest first; undefined for Engine.IO's own pings. */
  readonly #pings: ((() => void) | undefined)[] = [];
  #ownPing: (() => void) | undefined;
  /** False until the first acknowledgement: some clients never send any. */
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

  /** A picture has arrived once acknowledged or, for a client that never acknowledges, once its transport answers the ping sent after it. */
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
   * Pings the client's transport after everything sent so far. Transports answer without any code by the client's author. The kernel is no
   * evidence: bytes that it has taken may still be seconds from the client.
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

  /** Engine.IO's own listener runs first and sends its write buffer. */
  readonly #onReady = (): void => {
    if (this.isFlushed) this.#onFlushed();
  };
}
