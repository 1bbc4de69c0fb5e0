/**
 * An RTSP server that says exactly what a test's script says, right or wrong.
 *
 * Without a script it is a well-behaved camera with one H.264 stream, but sends no pictures.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { ScriptedConnection } from './scripted-connection.ts';
import { type ReplyFields, replyText, type ScriptedRequest } from './scripted-message.ts';

/** Fields of a reply, its literal text, or a function. No reply is sent when the function returns undefined. */
export type ScriptedReply =
  | ReplyFields
  | string
  | ((
      request: ScriptedRequest,
      connection: ScriptedConnection,
    ) => ReplyFields | string | undefined | Promise<ReplyFields | string | undefined>);

export interface ScriptedServerOptions {
  readonly sdp?: string;
  /** Keyed by method. Each entry of a list is used once, and the last one from then on. A function is called for every request. */
  readonly replies?: Readonly<Record<string, ScriptedReply | readonly ScriptedReply[]>>;
  /** Called once the reply to PLAY has been handed to the network. */
  readonly onPlay?: (connection: ScriptedConnection) => void | Promise<void>;
  readonly onConnect?: (connection: ScriptedConnection) => void;
  readonly pieceBytes?: number;
  /** @defaultValue '127.0.0.1' */
  readonly host?: string;
  /** Replaces the TCP server, e.g. by a TLS one. */
  readonly createServer?: (onSocket: (socket: Socket) => void) => Server;
}

export const SCRIPTED_SPS = '6764001eacd940a02ff97011000003000100000300320f162d96';
export const SCRIPTED_PPS = '68ebe3cb22c0';
export const SCRIPTED_SDP = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=Scripted camera',
  't=0 0',
  'a=control:*',
  'm=video 0 RTP/AVP 96',
  'a=rtpmap:96 H264/90000',
  `a=fmtp:96 packetization-mode=1;sprop-parameter-sets=${base64(SCRIPTED_SPS)},${base64(SCRIPTED_PPS)}`,
  'a=control:trackID=1',
  '',
].join('\r\n');

export class ScriptedServer {
  readonly requests: ScriptedRequest[] = [];
  readonly connections: ScriptedConnection[] = [];
  readonly #uses = new Map<string, number>();
  readonly #server: Server;
  readonly #options: ScriptedServerOptions;
  #downPort: number | undefined;
  /** Error thrown by the script; `stop` rethrows it. */
  #scriptFault: unknown;

  static async start(options: ScriptedServerOptions = {}): Promise<ScriptedServer> {
    const server = new ScriptedServer(options);
    server.#server.listen(0, options.host ?? '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  private constructor(options: ScriptedServerOptions) {
    this.#options = options;
    this.#server = (options.createServer ?? createServer)((socket) => this.#onSocket(socket));
  }

  get port(): number {
    return this.#downPort ?? (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `rtsp://127.0.0.1:${this.port}/stream`;
  }

  get methods(): readonly string[] {
    return this.requests.map(({ method }) => method);
  }

  requestsOf(method: string): readonly ScriptedRequest[] {
    return this.requests.filter((request) => request.method === method);
  }

  /** The most recent connection. */
  get connection(): ScriptedConnection {
    const connection = this.connections.at(-1);
    if (connection === undefined) throw new Error('Nobody has connected to the scripted server');
    return connection;
  }

  /** Leaves current connections half-open: they stay but are dead. New ones work. */
  fallSilent(): void {
    for (const connection of this.connections) connection.fallSilent();
  }

  /** Acts like a reboot: all connections end, and the port refuses. */
  async goDown(): Promise<void> {
    const { port } = this;
    for (const { socket } of this.connections) socket.destroy();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
    this.#downPort = port;
  }

  /** Listens again on the same port. */
  async comeBack(): Promise<void> {
    this.#server.listen(this.#downPort, this.#options.host ?? '127.0.0.1');
    await once(this.#server, 'listening');
    this.#downPort = undefined;
  }

  /** @throws the error that a script threw, if any */
  async stop(): Promise<void> {
    if (this.#downPort === undefined) await this.goDown();
    if (this.#scriptFault !== undefined) throw this.#scriptFault;
  }

  #onSocket(socket: Socket): void {
    const onRequest = (request: ScriptedRequest) => {
      this.requests.push(request);
      this.#answer(request, connection).catch((error: unknown) => {
        this.#scriptFault ??= error;
      });
    };
    const connection = new ScriptedConnection(this.connections.length, socket, onRequest, this.#options.pieceBytes);
    this.connections.push(connection);
    this.#options.onConnect?.(connection);
  }

  async #answer(request: ScriptedRequest, connection: ScriptedConnection): Promise<void> {
    const scripted = this.#nextReply(request.method);
    const reply =
      typeof scripted === 'function' ? await scripted(request, connection) : (scripted ?? this.#defaultReply(request));
    if (reply === undefined) return;
    connection.send(typeof reply === 'string' ? reply : replyText(request, reply));
    const isPlaying = request.method === 'PLAY' && (typeof reply === 'string' || (reply.status ?? 200) === 200);
    if (isPlaying) await this.#options.onPlay?.(connection);
  }

  #nextReply(method: string): ScriptedReply | undefined {
    const replies = this.#options.replies?.[method];
    if (!Array.isArray(replies)) return replies as ScriptedReply | undefined;
    const use = this.#uses.get(method) ?? 0;
    this.#uses.set(method, use + 1);
    return replies[Math.min(use, replies.length - 1)] as ScriptedReply;
  }

  #defaultReply(request: ScriptedRequest): ReplyFields {
    switch (request.method) {
      case 'OPTIONS':
        return { headers: { Public: 'OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER' } };
      case 'DESCRIBE':
        return {
          headers: { 'Content-Base': `${request.uri}/`, 'Content-Type': 'application/sdp' },
          body: this.#options.sdp ?? SCRIPTED_SDP,
        };
      case 'SETUP':
        return {
          headers: {
            Transport: `${request.headers.get('transport') ?? ''};ssrc=11223344`,
            Session: '12345678;timeout=60',
          },
        };
      default:
        return { headers: { Session: '12345678' } };
    }
  }
}

function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}
