/**
 * RTSP over HTTP on the RTSP port (Apple, "Tunnelling RTSP and RTP over HTTP"). The body of a GET carries everything to the client; that
 * of a POST with the same cookie carries the client's requests in base64.
 */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Authenticator } from './authentication.ts';

/** The part of a socket that an RTSP connection uses, so that a tunnel can replace it. */
export type ClientSocket = Duplex &
  Pick<Socket, 'localAddress' | 'remoteAddress' | 'destroySoon'> & { setNoDelay(on: boolean): unknown };

export interface HttpTunnelsOptions {
  readonly authenticator: Authenticator | undefined;
  readonly onTunnel: (socket: ClientSocket) => void;
}

/** Recognises HTTP by the first bytes of a connection, and pairs each POST with its GET. */
export class HttpTunnels {
  readonly #options: HttpTunnelsOptions;
  /** Open tunnels by cookie. */
  readonly #tunnels = new Map<string, TunnelSocket>();

  constructor(options: HttpTunnelsOptions) {
    this.#options = options;
  }

  /** @param first The first bytes of the connection, from which nothing more is being read. @returns false when they are not HTTP */
  accept(socket: Socket, first: Buffer): boolean {
    const text = first.toString('latin1');
    if (!/^(GET|POST) \S+ HTTP\/1/.test(text)) return false;
    const end = text.indexOf('\r\n\r\n');
    const [, method = '', uri = ''] = /^(GET|POST) (\S+)/.exec(text) ?? [];
    const headers = new Map(
      [...text.slice(0, end).matchAll(/^([\w-]+):[ \t]*(.*)$/gm)].map(([, name = '', value = '']) => [
        name.toLowerCase(),
        value.trim(),
      ]),
    );
    const cookie = headers.get('x-sessioncookie');
    const challenges = this.#options.authenticator?.challenge({ method, uri, headers, body: Buffer.alloc(0) });
    socket.on('error', () => undefined);
    if (end === -1 || cookie === undefined) refuse(socket, '400 Bad Request');
    else if (challenges !== undefined) refuse(socket, '401 Unauthorized', challenges);
    else if (method === 'GET') this.#open(socket, cookie);
    else this.#join(socket, cookie, first.subarray(end + 4));
    return true;
  }

  #open(socket: Socket, cookie: string): void {
    socket.write(`HTTP/1.0 200 OK\r\nContent-Type: application/x-rtsp-tunnelled\r\nCache-Control: no-cache\r\n\r\n`);
    const tunnel = new TunnelSocket(socket);
    this.#tunnels.set(cookie, tunnel);
    tunnel.on('close', () => this.#tunnels.delete(cookie));
    this.#options.onTunnel(tunnel);
  }

  #join(socket: Socket, cookie: string, body: Buffer): void {
    const tunnel = this.#tunnels.get(cookie);
    if (tunnel === undefined) refuse(socket, '404 Not Found');
    else tunnel.takeRequestsFrom(socket, body);
  }
}

function refuse(socket: Socket, status: string, challenges: readonly string[] = []): void {
  const lines = [`HTTP/1.0 ${status}`, ...challenges.map((challenge) => `WWW-Authenticate: ${challenge}`)];
  socket.end(`${lines.join('\r\n')}\r\n\r\n`);
}

/** Combines both connections into one socket, which ends with the GET. A new POST may follow an earlier one. */
class TunnelSocket extends Duplex {
  readonly #get: Socket;
  readonly #posts = new Set<Socket>();
  #undecoded = '';

  constructor(get: Socket) {
    super();
    this.#get = get;
    get.on('close', () => this.destroy());
    get.resume();
  }

  get localAddress(): string | undefined {
    return this.#get.localAddress;
  }

  get remoteAddress(): string | undefined {
    return this.#get.remoteAddress;
  }

  setNoDelay(on: boolean): void {
    this.#get.setNoDelay(on);
  }

  destroySoon(): void {
    this.end(() => this.#get.destroySoon());
  }

  takeRequestsFrom(post: Socket, body: Buffer): void {
    this.#posts.add(post);
    this.#decode(body);
    post.on('data', (chunk) => this.#decode(chunk));
    post.on('close', () => this.#posts.delete(post));
    post.resume();
  }

  override _read(): void {
    // Nothing to do: requests are pushed as they arrive.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#get.write(chunk, (error) => done(error));
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#get.destroy();
    for (const post of this.#posts) post.destroy();
    done(error);
  }

  /** Requests are padded individually, so padding may occur in the middle of a chunk. */
  #decode(chunk: Buffer): void {
    const text = this.#undecoded + chunk.toString('latin1').replaceAll(/[^A-Za-z0-9+/=]/g, '');
    const whole = text.length - (text.length % 4);
    this.#undecoded = text.slice(whole);
    for (const [part] of text.slice(0, whole).matchAll(/[^=]+={0,2}/g)) this.push(Buffer.from(part, 'base64'));
  }
}
