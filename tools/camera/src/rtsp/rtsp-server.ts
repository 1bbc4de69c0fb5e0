import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { CameraFaults } from '../faults.ts';
import type { CameraStream } from '../media/camera-stream.ts';
import type { Authenticator } from './authentication.ts';
import { type ClientSocket, HttpTunnels } from './http-tunnel.ts';
import { RtspConnection } from './rtsp-connection.ts';
import type { ClientConnection, OpenSession, RtspServerContext, RtspServerOptions } from './rtsp-server-context.ts';

export interface RtspServerDependencies {
  readonly streams: ReadonlyMap<string, CameraStream>;
  readonly faults: CameraFaults;
  readonly authenticator: Authenticator | undefined;
  readonly log: (line: string) => void;
}

const TIMEOUT_CHECK_MS = 500;
const MAX_METHODS_COUNTED = 20;

/** Owns the listening socket, its connections and their sessions. */
export class RtspServer implements RtspServerContext {
  readonly options: RtspServerOptions;
  readonly faults: CameraFaults;
  readonly authenticator: Authenticator | undefined;
  readonly sessions = new Map<string, OpenSession>();
  readonly #dependencies: RtspServerDependencies;
  readonly #connections = new Set<ClientConnection>();
  readonly #requests = new Map<string, number>();
  readonly #delays = new Map<NodeJS.Timeout, () => void>();
  readonly #ended = { packetsSent: 0, bytesSent: 0, picturesDropped: 0 };
  readonly #tunnels: HttpTunnels;
  /** Connections that have sent nothing yet. */
  readonly #newcomers = new Set<Socket>();
  #server: Server | undefined;
  #timeoutCheck: NodeJS.Timeout | undefined;
  #port: number;
  #sessionCount = 0;

  constructor(options: RtspServerOptions, dependencies: RtspServerDependencies) {
    this.options = options;
    this.faults = dependencies.faults;
    this.authenticator = dependencies.authenticator;
    this.#dependencies = dependencies;
    this.#port = options.port;
    this.#tunnels = new HttpTunnels({
      authenticator: dependencies.authenticator,
      onTunnel: (socket) => this.#connect(socket),
    });
  }

  /** The bound port; stays the same after `close` and another `listen`. */
  get port(): number {
    return this.#port;
  }

  async listen(): Promise<void> {
    const accept = (socket: Socket) => this.#accept(socket);
    const { certificate } = this.options;
    const server = certificate ? createTlsServer(certificate, accept) : createServer(accept);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, this.options.host, resolve);
    });
    const address = server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
    this.#server = server;
    this.#timeoutCheck = setInterval(() => this.#endTimedOutSessions(), TIMEOUT_CHECK_MS);
  }

  /** Ends all sessions and connections, and frees the port. */
  async close(how: 'gently' | 'at-once'): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    clearInterval(this.#timeoutCheck);
    for (const [timer, wake] of this.#delays) {
      clearTimeout(timer);
      wake();
    }
    this.#delays.clear();
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    for (const id of [...this.sessions.keys()]) this.endSession(id, how === 'gently' ? 'bye' : 'silent');
    for (const socket of this.#newcomers) socket.destroy();
    for (const connection of [...this.#connections]) connection.close(how);
    const forced = setTimeout(() => {
      for (const connection of [...this.#connections]) connection.close('at-once');
    }, GENTLE_CLOSE_MS);
    await closed;
    clearTimeout(forced);
  }

  fallSilent(): void {
    for (const { session, connection } of this.sessions.values()) if (!connection) session.playing = false;
    for (const connection of this.#connections) connection.fallSilent();
    for (const socket of this.#newcomers) socket.removeAllListeners('readable');
  }

  stats() {
    const open = [...this.sessions.values()].map(({ session }) => session);
    const total = (key: 'packetsSent' | 'bytesSent' | 'picturesDropped') =>
      open.reduce((sum, session) => sum + session[key], this.#ended[key]);
    return {
      openConnections: this.#connections.size + this.#newcomers.size,
      openSessions: open.length,
      playingSessions: open.filter(({ playing }) => playing).length,
      sessions: this.#sessionCount,
      requests: Object.fromEntries(this.#requests),
      packetsSent: total('packetsSent'),
      bytesSent: total('bytesSent'),
      picturesDropped: total('picturesDropped'),
    };
  }

  streamAt(uri: string): CameraStream | undefined {
    const path = /^rtsps?:\/\/[^/]*\/([^/?]+)/.exec(uri)?.[1];
    return path === undefined ? undefined : this.#dependencies.streams.get(path);
  }

  nextSessionOrdinal(): number {
    this.#sessionCount += 1;
    return this.#sessionCount;
  }

  addSession(open: OpenSession): boolean {
    this.sessions.set(open.session.id, open);
    open.stream.sessions.add(open.session);
    return this.#server !== undefined;
  }

  endSession(id: string, ending: 'bye' | 'silent'): void {
    const open = this.sessions.get(id);
    if (open === undefined) return;
    const { session, stream } = open;
    this.sessions.delete(id);
    stream.sessions.delete(session);
    session.close(ending);
    this.#ended.packetsSent += session.packetsSent;
    this.#ended.bytesSent += session.bytesSent;
    this.#ended.picturesDropped += session.picturesDropped;
  }

  forgetConnection(connection: ClientConnection): void {
    this.#connections.delete(connection);
  }

  countRequest(method: string): void {
    const known = this.#requests.has(method) || this.#requests.size < MAX_METHODS_COUNTED ? method : 'other';
    this.#requests.set(known, (this.#requests.get(known) ?? 0) + 1);
  }

  delay(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#delays.delete(timer);
        resolve();
      }, ms);
      this.#delays.set(timer, resolve);
    });
  }

  log(line: string): void {
    this.#dependencies.log(line);
  }

  /** Decides by the first bytes between RTSP and an HTTP tunnel. */
  #accept(socket: Socket): void {
    this.#newcomers.add(socket);
    const forget = () => this.#newcomers.delete(socket);
    socket.on('error', () => undefined);
    socket.once('close', forget);
    socket.once('readable', () => {
      const first: Buffer | null = socket.read();
      if (first === null) return;
      forget();
      if (this.#tunnels.accept(socket, first)) return;
      socket.unshift(first);
      this.#connect(socket);
    });
  }

  #connect(socket: ClientSocket): void {
    this.#connections.add(new RtspConnection(socket, this));
  }

  #endTimedOutSessions(): void {
    const oldest = performance.now() - this.options.sessionTimeoutMs;
    for (const [id, { session }] of this.sessions) if (session.lastSignOfLifeMs < oldest) this.endSession(id, 'bye');
  }
}

/** Longest delay of a gentle close by clients that do not read. */
const GENTLE_CLOSE_MS = 200;
