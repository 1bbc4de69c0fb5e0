/**
 * The gateway's side of the contract, for tests of the page: a real HTTP and Socket.IO server that serves the built app
 * under a strict Content-Security-Policy and speaks libs/stream-protocol, with cameras the test conducts.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type {
  CameraEvent,
  CameraView,
  ClientToServerEvents,
  ServerToClientEvents,
  WatchRequest,
} from '@oriel/stream-protocol';
import { Server, type Socket } from 'socket.io';

type ViewerSocket = Socket<ClientToServerEvents, ServerToClientEvents>;

export interface TestPicture {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

export interface TestCamera {
  view: CameraView;
  /** Shown in turn, for ever. */
  readonly pictures: readonly TestPicture[];
  /** How old each picture claims to be when it is sent, ms. */
  readonly ageMs?: number;
}

interface Watch {
  readonly request: WatchRequest;
  sequence: number;
  inFlight: number;
  skipped: number;
  shown: number;
  timer: ReturnType<typeof setInterval>;
}

export class ProtocolGateway {
  /** Requests to watch, newest last, for as long as the gateway runs. */
  readonly watchRequests: WatchRequest[] = [];
  readonly unwatched: string[] = [];
  /** Viewers that have connected so far. */
  connections = 0;
  /** Requests of GET /api/cameras. */
  listsAsked = 0;
  /** Answer to GET /api/cameras. */
  apiStatus = 200;
  /** Answers to GET /api/cameras are made, but sent only after this. */
  listsHeld: Promise<void> | undefined;
  /** The gateway's clock minus this machine's, ms. */
  clockAheadMs = 0;
  readonly #appDir: string;
  readonly #cameras: Map<string, TestCamera>;
  readonly #watches = new Map<ViewerSocket, Map<string, Watch>>();
  readonly #lines = new Set<TcpSocket>();
  #io: Server<ClientToServerEvents, ServerToClientEvents> | undefined;

  constructor(appDir: string, cameras: readonly TestCamera[]) {
    this.#appDir = appDir;
    this.#cameras = new Map(cameras.map((camera) => [camera.view.id, camera]));
  }

  /** @returns the port */
  async start(port = 0): Promise<number> {
    const http = createServer((request, response) => void this.#serve(request, response));
    http.on('connection', (line) => this.#lines.add(line.once('close', () => this.#lines.delete(line))));
    this.#io = new Server(http, { pingInterval: 1_000, pingTimeout: 2_000 });
    this.#io.on('connection', (socket) => this.#onViewer(socket));
    await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
    return (http.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const watches of this.#watches.values()) for (const watch of watches.values()) clearInterval(watch.timer);
    this.#watches.clear();
    await this.#io?.close();
    for (const line of this.#lines) line.destroy();
  }

  /** Changes what is said about a camera, and tells its viewers. */
  change(id: string, change: Partial<CameraView>): void {
    const camera = this.#camera(id);
    const { id: _, name, ...state } = { ...camera.view, ...change };
    camera.view = { id, name, ...state };
    for (const [socket, watches] of this.#watches) if (watches.has(id)) socket.emit('camera', this.#event(camera));
  }

  /** Ends the watches of a camera, as the gateway does when its viewers may not see it any more. */
  cut(id: string): void {
    for (const [socket, watches] of this.#watches) {
      const watch = watches.get(id);
      if (!watch) continue;
      clearInterval(watch.timer);
      watches.delete(id);
      socket.emit('ended', { camera: id, error: noSuchCamera(id) });
    }
  }

  /** Sends those who watch the camera now no more pictures of it, and says nothing. */
  pause(id: string): void {
    for (const watches of this.#watches.values()) clearInterval(watches.get(id)?.timer);
  }

  /** Adds or removes cameras while viewers are connected. */
  setCameras(cameras: readonly TestCamera[]): void {
    const removed = [...this.#cameras.keys()].filter((id) => !cameras.some(({ view }) => view.id === id));
    for (const id of removed) this.cut(id);
    this.#cameras.clear();
    for (const camera of cameras) this.#cameras.set(camera.view.id, camera);
    this.#io?.emit('cameras');
  }

  /** As a network does that fails for a moment. */
  dropConnections(): void {
    for (const socket of this.#watches.keys()) socket.conn.close();
  }

  /** Frames of a camera that viewers have answered. */
  shown(id: string): number {
    return this.#sum(id, (watch) => watch.shown);
  }

  /** Frames of a camera that viewers have not answered yet. */
  inFlight(id: string): number {
    return this.#sum(id, (watch) => watch.inFlight);
  }

  /** Cameras that some viewer watches now. */
  get watched(): string[] {
    return [...this.#watches.values()].flatMap((watches) => [...watches.keys()]).sort();
  }

  #sum(id: string, count: (watch: Watch) => number): number {
    return [...this.#watches.values()].reduce((sum, watches) => {
      const watch = watches.get(id);
      return sum + (watch ? count(watch) : 0);
    }, 0);
  }

  #onViewer(socket: ViewerSocket): void {
    this.connections++;
    const watches = new Map<string, Watch>();
    this.#watches.set(socket, watches);
    socket.on('clock', (reply) => reply({ serverTimeMs: this.#nowMs() }));
    socket.on('watch', (request, reply) => {
      this.watchRequests.push(request);
      const camera = this.#cameras.get(request.camera);
      if (!camera) return reply({ ok: false, error: noSuchCamera(request.camera) });
      clearInterval(watches.get(request.camera)?.timer);
      const framerate = camera.view.framerate ?? 10;
      const timer = setInterval(() => this.#send(socket, camera, watch), 1_000 / framerate);
      const watch: Watch = { request, sequence: 0, inFlight: 0, skipped: 0, shown: 0, timer };
      watches.set(request.camera, watch);
      socket.emit('camera', this.#event(camera));
      reply({ ok: true, camera: request.camera, rendition: renditionId(request) });
    });
    socket.on('unwatch', ({ camera }, reply) => {
      this.unwatched.push(camera);
      clearInterval(watches.get(camera)?.timer);
      watches.delete(camera);
      reply({ ok: true, camera });
    });
    socket.on('disconnect', () => {
      for (const watch of watches.values()) clearInterval(watch.timer);
      this.#watches.delete(socket);
    });
  }

  #send(socket: ViewerSocket, camera: TestCamera, watch: Watch): void {
    const picture = camera.pictures[watch.sequence % camera.pictures.length];
    if (camera.view.state !== 'live' || !picture) return;
    watch.sequence++;
    if (watch.inFlight >= CREDIT) {
      watch.skipped++;
      return;
    }
    watch.inFlight++;
    const sentAtMs = this.#nowMs();
    const header = {
      camera: camera.view.id,
      epoch: 1,
      sequence: watch.sequence,
      width: picture.width,
      height: picture.height,
      receivedAtMs: sentAtMs - (camera.ageMs ?? 20),
      sentAtMs,
      skipped: watch.skipped,
      rendition: renditionId(watch.request),
    };
    watch.skipped = 0;
    socket.emit('frame', header, picture.data, () => {
      watch.inFlight--;
      watch.shown++;
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://gateway').pathname;
    if (path.startsWith('/socket.io')) return;
    if (path === '/api/cameras') {
      const status = this.apiStatus;
      const body = JSON.stringify(status === 200 ? this.#views() : ERROR_BODY);
      this.listsAsked++;
      await this.listsHeld;
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
      response.end(body);
      return;
    }
    const file = join(this.#appDir, normalize(path));
    const found = extname(path) !== '' && (await stat(file).catch(() => undefined));
    response.writeHead(200, {
      'content-type': CONTENT_TYPES[extname(found ? file : 'index.html')] ?? 'application/octet-stream',
      'content-security-policy': CONTENT_SECURITY_POLICY,
    });
    createReadStream(found ? file : join(this.#appDir, 'index.html')).pipe(response);
  }

  #event(camera: TestCamera): CameraEvent {
    const { id, name: _, ...state } = camera.view;
    return { camera: id, ...state };
  }

  #camera(id: string): TestCamera {
    const camera = this.#cameras.get(id);
    if (!camera) throw new TypeError(`the test has no camera ${id}`);
    return camera;
  }

  #views(): CameraView[] {
    return [...this.#cameras.values()].map(({ view }) => view);
  }

  #nowMs(): number {
    return Date.now() + this.clockAheadMs;
  }
}

const noSuchCamera = (id: string) => ({ code: 'unknown-camera', message: `There is no camera "${id}".` }) as const;

/** The shape of every error over HTTP. */
const ERROR_BODY = { error: { code: 'internal', message: 'The gateway could not do this; its log says why.' } };

/** Frames a viewer may have in flight, as the real gateway's smallest credit. */
const CREDIT = 2;

const CONTENT_SECURITY_POLICY =
  "default-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

const CONTENT_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

const renditionId = ({ maxWidth = 1920 }: WatchRequest): string => `w${maxWidth}-q85-f30`;
