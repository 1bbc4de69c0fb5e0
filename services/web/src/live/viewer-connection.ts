/**
 * The page's single connection to the gateway. Watches survive whatever happens to the socket.
 *
 * Keeps the list of watches, resends them after every reconnect, routes frames and camera events to their
 * watchers, and measures the clock offset. Knows no DOM.
 */
import type {
  CameraEvent,
  ClientToServerEvents,
  ErrorReply,
  FrameHeader,
  ServerToClientEvents,
  WatchReply,
  WatchRequest,
} from '@oriel/stream-protocol';
import { io, type Socket } from 'socket.io-client';
import { ClockOffset } from './clock-offset.ts';

export type ViewerSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

export type ConnectionState =
  /** The first attempt; nothing has been shown yet. */
  | { readonly status: 'connecting' }
  | { readonly status: 'connected' }
  /** The connection broke, or the first attempt failed. Retries automatically. */
  | { readonly status: 'lost' }
  /** The gateway refused the connection. Retries automatically, but slowly. */
  | { readonly status: 'refused'; readonly message: string };

export interface ReceivedFrame {
  readonly header: FrameHeader;
  readonly data: Uint8Array;
  /** When the frame arrived, by the page's monotonic clock. */
  readonly arrivedAtMs: number;
  /** Acknowledges the frame, which asks for the next one. Does nothing once its connection is gone. */
  readonly answer: () => void;
}

export interface CameraWatcher {
  onFrame(frame: ReceivedFrame): void;
  onCamera(event: CameraEvent): void;
  /**
   * The gateway accepted the watch, refused it, or ended it later. Refusals that may pass are retried automatically.
   */
  onReply(reply: WatchReply): void;
}

export interface ViewerConnectionDeps {
  readonly socket: ViewerSocket;
  /** Monotonic clock. */
  readonly nowMs: () => number;
}

/** A socket that prefers WebSocket, falls back to polling where WebSocket is blocked, and never gives up. */
export function openViewerSocket(url?: string): ViewerSocket {
  const options = {
    path: '/socket.io',
    transports: [...ALL_TRANSPORTS],
    tryAllTransports: true,
    timeout: 5_000,
    autoConnect: false,
  };
  const socket: ViewerSocket = url === undefined ? io(options) : io(url, options);
  const pause = (ms: number) => socket.io.reconnectionDelay(ms).reconnectionDelayMax(ms);
  pause(FIRST_PAUSE_MS);
  socket.io.on('reconnect_attempt', (attempt) => {
    if (attempt < FIRST_ATTEMPTS) return;
    pause(LATER_PAUSE_MS);
    // The page may have moved to a network that blocks WebSocket.
    socket.io.opts.transports = [...ALL_TRANSPORTS];
  });
  socket.io.on('open', () => {
    pause(FIRST_PAUSE_MS);
    // Drops polling once WebSocket has worked. Otherwise a gateway that comes back between the two attempts would be reached by polling, and
    // Socket.IO never upgrades from a fallback.
    if (socket.io.engine.transport.name === 'websocket') socket.io.opts.transports = ['websocket'];
  });
  return socket;
}

const ALL_TRANSPORTS = ['websocket', 'polling'] as const;

/**
 * Mean pause between attempts. Socket.IO varies each by half, so that the pages of a killed gateway come back spread out. A restarted gateway
 * listens after one to two seconds.
 */
const FIRST_PAUSE_MS = 250;
/** Attempts in the first 3 s. After some 15 failures Chromium delays a page's WebSockets by seconds. */
const FIRST_ATTEMPTS = 12;
const LATER_PAUSE_MS = 2_000;

export class ViewerConnection {
  readonly clock = new ClockOffset();
  readonly #socket: ViewerSocket;
  readonly #nowMs: () => number;
  readonly #watches = new Map<string, Watch>();
  readonly #stateListeners = new Set<() => void>();
  readonly #cameraListeners = new Set<() => void>();
  #state: ConnectionState = { status: 'connecting' };
  /** Grows with each connect: acknowledgements of an earlier connection must not count for this one. */
  #generation = 0;
  /** The connection whose clock is being measured. */
  #measuringGeneration: number | undefined;
  #clockTimer: ReturnType<typeof setTimeout> | undefined;
  #reopenTimer: ReturnType<typeof setTimeout> | undefined;

  constructor({ socket, nowMs }: ViewerConnectionDeps) {
    this.#socket = socket;
    this.#nowMs = nowMs;
    socket.on('connect', () => this.#onConnect());
    socket.on('disconnect', () => this.#onDisconnect());
    socket.on('connect_error', (error) => this.#onConnectError(error));
    socket.on('frame', (header, data, shown) => this.#onFrame(header, data, shown));
    socket.on('camera', (event) => this.#watches.get(event.camera)?.watcher.onCamera(event));
    socket.on('cameras', () => {
      for (const listener of this.#cameraListeners) listener();
    });
    socket.on('ended', ({ camera, error }) => this.#onRefused(this.#watches.get(camera), error));
  }

  open(): void {
    this.#socket.connect();
  }

  close(): void {
    this.#generation++;
    clearTimeout(this.#reopenTimer);
    clearTimeout(this.#clockTimer);
    for (const watch of this.#watches.values()) clearTimeout(watch.retryTimer);
    this.#watches.clear();
    this.#socket.removeAllListeners();
    this.#socket.disconnect();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Calls back on each change of `state`. @returns unsubscribes */
  onState(listener: () => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  /** Calls back when cameras are added, removed, renamed or reordered. @returns unsubscribes */
  onCameras(listener: () => void): () => void {
    this.#cameraListeners.add(listener);
    return () => this.#cameraListeners.delete(listener);
  }

  /** Watches a camera, or replaces its existing watch. */
  watch(request: WatchRequest, watcher: CameraWatcher): void {
    this.#forget(request.camera);
    const watch: Watch = { request, watcher };
    this.#watches.set(request.camera, watch);
    this.#send(watch);
  }

  unwatch(camera: string): void {
    if (!this.#forget(camera)) return;
    if (this.#socket.connected) this.#socket.emit('unwatch', { camera }, () => {});
  }

  /** Skips the pause before the next attempt. Call when the page becomes visible or the device comes online. */
  retryNow(): void {
    if (this.#socket.connected) return;
    clearTimeout(this.#reopenTimer);
    this.#socket.disconnect().connect();
  }

  #forget(camera: string): boolean {
    clearTimeout(this.#watches.get(camera)?.retryTimer);
    return this.#watches.delete(camera);
  }

  #send(watch: Watch): void {
    clearTimeout(watch.retryTimer);
    if (!this.#socket.connected) return;
    this.#socket.timeout(WATCH_TIMEOUT_MS).emit('watch', watch.request, (timeout: Error | null, reply: WatchReply) => {
      if (!this.#isCurrent(watch)) return;
      if (timeout) this.#sendLater(watch);
      else if (reply.ok) watch.watcher.onReply(reply);
      else this.#onRefused(watch, reply.error);
    });
  }

  #onRefused(watch: Watch | undefined, error: ErrorReply['error']): void {
    if (watch === undefined) return;
    if (PASSING.has(error.code)) this.#sendLater(watch);
    watch.watcher.onReply({ ok: false, error });
  }

  #sendLater(watch: Watch): void {
    clearTimeout(watch.retryTimer);
    watch.retryTimer = setTimeout(() => {
      if (this.#isCurrent(watch)) this.#send(watch);
    }, WATCH_RETRY_MS);
  }

  #isCurrent(watch: Watch): boolean {
    return this.#watches.get(watch.request.camera) === watch && this.#socket.connected;
  }

  #onConnect(): void {
    this.#generation++;
    clearTimeout(this.#reopenTimer);
    this.clock.reset();
    this.#setState({ status: 'connected' });
    for (const watch of this.#watches.values()) this.#send(watch);
    // The first burst competes with the first pictures. The second finds a quieter line.
    void this.#measureClock();
    this.#scheduleClock(CLOCK_SECOND_BURST_MS);
  }

  #onDisconnect(): void {
    clearTimeout(this.#clockTimer);
    this.#setState({ status: 'lost' });
    this.#reopenWhenInactive();
  }

  #onConnectError(error: Error): void {
    // An active socket retries on its own; an inactive one was refused by the gateway.
    this.#setState(this.#socket.active ? { status: 'lost' } : { status: 'refused', message: error.message });
    this.#reopenWhenInactive();
  }

  /** Socket.IO does not reconnect after the gateway has ended or refused the connection. */
  #reopenWhenInactive(): void {
    clearTimeout(this.#reopenTimer);
    if (this.#socket.active) return;
    this.#reopenTimer = setTimeout(() => this.#socket.connect(), REFUSED_RETRY_MS);
  }

  #onFrame(header: FrameHeader, data: Uint8Array, shown: () => void): void {
    const generation = this.#generation;
    const answer = () => {
      if (generation === this.#generation && this.#socket.connected) shown();
    };
    const arrivedAtMs = this.#nowMs();
    if (this.clock.isContradictedBy(header.sentAtMs, arrivedAtMs)) void this.#measureClock();
    const watch = this.#watches.get(header.camera);
    if (watch) watch.watcher.onFrame({ header, data, arrivedAtMs, answer });
    else answer();
  }

  #scheduleClock(delayMs: number): void {
    clearTimeout(this.#clockTimer);
    this.#clockTimer = setTimeout(() => {
      void this.#measureClock();
      this.#scheduleClock(CLOCK_INTERVAL_MS);
    }, delayMs);
  }

  /** Sends requests one after the other. Sent together, they would queue behind each other and measure that. */
  async #measureClock(): Promise<void> {
    const generation = this.#generation;
    if (this.#measuringGeneration === generation) return;
    this.#measuringGeneration = generation;
    for (let i = 0; i < CLOCK_BURST; i++) {
      const sentAtMs = this.#nowMs();
      const reply = await this.#socket
        .timeout(CLOCK_TIMEOUT_MS)
        .emitWithAck('clock')
        .catch(() => undefined);
      if (generation !== this.#generation) return;
      // A lost round trip says nothing. The next burst is scheduled anyway.
      if (reply) this.clock.add({ sentAtMs, receivedAtMs: this.#nowMs(), serverTimeMs: reply.serverTimeMs });
    }
    this.#measuringGeneration = undefined;
  }

  #setState(state: ConnectionState): void {
    if (state.status === this.#state.status && state.status !== 'refused') return;
    this.#state = state;
    for (const listener of this.#stateListeners) listener();
  }
}

interface Watch {
  readonly request: WatchRequest;
  readonly watcher: CameraWatcher;
  retryTimer?: ReturnType<typeof setTimeout>;
}

/** Refusals that may pass by themselves. The others need a person or a different request. */
const PASSING: ReadonlySet<ErrorReply['error']['code']> = new Set(['too-many', 'internal', 'unknown-camera']);

const WATCH_TIMEOUT_MS = 5_000;
const WATCH_RETRY_MS = 5_000;
const REFUSED_RETRY_MS = 5_000;
const CLOCK_TIMEOUT_MS = 5_000;
const CLOCK_SECOND_BURST_MS = 3_000;
const CLOCK_INTERVAL_MS = 10_000;
const CLOCK_BURST = 4;
