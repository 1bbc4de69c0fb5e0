/**
 * RTSP through HTTP (Apple, "Tunnelling RTSP and RTP over HTTP"). The camera sends the endless body of a GET, we send the body
 * of a POST, in base64, and a cookie links the two.
 */
import { randomBytes } from 'node:crypto';
import type { TlsTrust } from '../api.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import { RtspError } from '../rtsp-error.ts';
import type { RtspUrl } from '../url/rtsp-url.ts';
import type { ByteChannel, ByteChannelSink } from './byte-channel.ts';
import { HttpReplyReader } from './http-reply-reader.ts';
import { openSocket } from './open-socket.ts';

export interface HttpTunnelOptions {
  readonly url: RtspUrl;
  readonly tls: TlsTrust | undefined;
  /** Authenticates GET and POST. The RTSP requests inside have their own. */
  readonly authenticator: Authenticator;
  readonly userAgent: string;
  readonly sink: ByteChannelSink;
}

export function openHttpTunnel(options: HttpTunnelOptions): ByteChannel {
  return new HttpTunnel(options);
}

class HttpTunnel implements ByteChannel {
  readonly #options: HttpTunnelOptions;
  readonly #address: { readonly host: string; readonly port: number; readonly secure: boolean };
  readonly #peer: string;
  readonly #path: string;
  readonly #cookie = randomBytes(11).toString('hex');
  #get: ByteChannel;
  #post: ByteChannel | undefined;
  /** Bytes sent in the body of the current POST, whose header promised a length. */
  #postedBytes = 0;
  #hasReply = false;
  #attempts = 0;
  #isDestroyed = false;

  constructor(options: HttpTunnelOptions) {
    this.#options = options;
    const { host, port, secure } = tunnelAddress(options.url);
    this.#address = { host, port, secure };
    this.#peer = `${host}:${port}`;
    this.#path = options.url.pathAndQuery.startsWith('/') ? options.url.pathAndQuery : `/${options.url.pathAndQuery}`;
    this.#get = this.#openGet();
  }

  get localAddress(): string | undefined {
    return this.#get.localAddress;
  }

  get remoteAddress(): string | undefined {
    return this.#get.remoteAddress;
  }

  write(bytes: Uint8Array, onWritten: () => void): void {
    if (this.#isDestroyed) return;
    const text = Buffer.from(Buffer.from(bytes).toString('base64'), 'latin1');
    if (this.#postedBytes + text.length <= POST_BODY_BYTES) this.#send(text, onWritten);
    // A new POST with the same cookie replaces the one whose length is used up.
    else this.#openPost(() => this.#send(text, onWritten));
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#post?.destroy();
    this.#get.destroy();
  }

  #send(text: Buffer, onWritten: () => void): void {
    this.#postedBytes += text.length;
    this.#post?.write(text, onWritten);
  }

  #openGet(): ByteChannel {
    const { tls, sink } = this.#options;
    const reader = new HttpReplyReader();
    const channel: ByteChannel = openSocket({
      address: this.#address,
      peer: this.#peer,
      tls,
      sink: {
        ...this.#sinkOf(() => channel === this.#get),
        onConnected: () =>
          channel.write(this.#requestHead('GET', ['Accept: application/x-rtsp-tunnelled']), () => undefined),
        onBytes: (bytes) => {
          if (this.#isDestroyed || channel !== this.#get) return;
          if (this.#hasReply) {
            sink.onBytes(bytes);
            return;
          }
          const reply = reader.push(bytes);
          if (reply?.statusCode === 200) this.#onTunnel(reply.rest);
          else if (reply !== undefined) this.#onRefusal(reply.statusCode, reply.challenges);
        },
      },
    });
    return channel;
  }

  #onTunnel(firstBytes: Uint8Array): void {
    const { sink, authenticator } = this.#options;
    this.#hasReply = true;
    if (this.#attempts > 0) authenticator.accepted();
    this.#openPost(() => {
      sink.onConnected();
      if (firstBytes.length > 0) sink.onBytes(firstBytes);
    });
  }

  #onRefusal(statusCode: number, challenges: readonly string[]): void {
    const { sink, authenticator } = this.#options;
    const refusal = statusCode === 401 ? authenticator.refuse(challenges, this.#attempts++) : undefined;
    if (refusal === 'retry') {
      const refused = this.#get;
      this.#get = this.#openGet();
      refused.destroy();
    } else {
      sink.onRefused(refusalError(statusCode, refusal === 'no-credentials', this.#peer));
    }
  }

  #openPost(onOpen: () => void): void {
    const used = this.#post;
    this.#postedBytes = 0;
    const fields = [
      'Content-Type: application/x-rtsp-tunnelled',
      `Content-Length: ${POST_BODY_BYTES}`,
      'Expires: Sun, 9 Jan 1972 00:00:00 GMT',
    ];
    const channel: ByteChannel = openSocket({
      address: this.#address,
      peer: this.#peer,
      tls: this.#options.tls,
      sink: {
        ...this.#sinkOf(() => channel === this.#post),
        onConnected: () => {
          channel.write(this.#requestHead('POST', fields), () => undefined);
          used?.destroy();
          if (!this.#isDestroyed) onOpen();
        },
        // A camera that answers a POST ends it, and its connection then closes.
        onBytes: () => undefined,
      },
    });
    this.#post = channel;
  }

  /** Passes on a socket's events until the socket is replaced. */
  #sinkOf(isCurrent: () => boolean): Pick<ByteChannelSink, 'onRefused' | 'onError' | 'onEnd'> {
    const { sink } = this.#options;
    const isHeard = () => !this.#isDestroyed && isCurrent();
    return {
      onRefused: (error) => isHeard() && sink.onRefused(error),
      onError: (error) => isHeard() && sink.onError(error),
      onEnd: () => isHeard() && sink.onEnd(),
    };
  }

  /** HTTP/1.0, so that no server replies in chunks. */
  #requestHead(method: 'GET' | 'POST', fields: readonly string[]): Buffer {
    const { authenticator, userAgent } = this.#options;
    const authorization = authenticator.authorize(method, this.#path);
    const { host, port } = this.#address;
    const lines = [
      `${method} ${this.#path} HTTP/1.0`,
      `Host: ${host.includes(':') ? `[${host.replace(/%.*$/, '')}]` : host}:${port}`,
      `User-Agent: ${userAgent}`,
      `x-sessioncookie: ${this.#cookie}`,
      'Pragma: no-cache',
      'Cache-Control: no-cache',
      ...fields,
      ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
    ];
    return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'utf8');
  }
}

/** The tunnel's endpoint. Its port is that of the address, else 80 or 443. */
export function tunnelAddress({ host, port, secure, authority }: RtspUrl): {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
} {
  const hasPort = /:\d+$/.test(authority.replace(/^\[[^\]]*\]/, ''));
  return { host, port: hasPort ? port : secure ? HTTPS_PORT : HTTP_PORT, secure };
}

function refusalError(statusCode: number, isWithoutCredentials: boolean, peer: string): RtspError {
  if (statusCode === 0) return new RtspError('protocol-violation', NOT_HTTP, { peer });
  const context = { peer, statusCode };
  if (statusCode === 401)
    return new RtspError('unauthorized', isWithoutCredentials ? NO_CREDENTIALS : REFUSED_LOGIN, context);
  if (statusCode === 403) return new RtspError('forbidden', FORBIDDEN, context);
  return new RtspError('unsupported-transport', NO_TUNNEL, context);
}

const HTTP_PORT = 80;
const HTTPS_PORT = 443;
/** As in QuickTime: proxies do not buffer bodies below 32 KiB, and no camera needs a longer one. */
const POST_BODY_BYTES = 32_767;
const NO_CREDENTIALS = 'The camera asks for a user name and password, and none was given';
const REFUSED_LOGIN = 'The camera refused the user name or password';
const FORBIDDEN = 'The camera does not allow this user to watch this stream';
const NO_TUNNEL = 'The camera does not take RTSP over HTTP at this address: check the port, or use tcp';
const NOT_HTTP = 'This port of the camera does not speak HTTP: check the port, or use tcp';
