/**
 * One connection: bytes in, messages and frames out.
 *
 * The only place where socket callbacks enter the session. Nothing thrown inside reaches the socket: a bug ends the connection
 * with a typed error.
 */
import type { SessionTimeouts, TlsTrust } from '../api.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import type { Clock, Timer } from '../clock.ts';
import { MessageParser, type ParserFailure } from '../message/message-parser.ts';
import type { ChannelExpectation } from '../message/message-start.ts';
import type { ParserLimits } from '../message/parser-limits.ts';
import type { RtspRequest, RtspResponse } from '../message/rtsp-message.ts';
import { RtspError } from '../rtsp-error.ts';
import type { ByteChannel } from '../transport/byte-channel.ts';
import { openHttpTunnel, tunnelAddress } from '../transport/http-tunnel.ts';
import { openSocket } from '../transport/open-socket.ts';
import type { RtspUrl } from '../url/rtsp-url.ts';
import { connectError, lostConnectionError } from './network-error.ts';

export interface ConnectionSink {
  /** @param payload A view, valid only during the call. @param arrivalTimeUs One per read from the socket. */
  onFrame(channel: number, payload: Uint8Array, arrivalTimeUs: number): void;
  onMessage(message: RtspResponse | RtspRequest): void;
  onFault(reason: string): void;
  /** Once, unless {@link RtspConnection.destroy} came first. */
  onClosed(error: RtspError): void;
}

export interface ConnectionOptions {
  readonly url: RtspUrl;
  readonly tls: TlsTrust | undefined;
  /** Set: over HTTP. */
  readonly tunnel: { readonly authenticator: Authenticator; readonly userAgent: string } | undefined;
  readonly timeouts: SessionTimeouts;
  readonly clock: Clock;
  readonly sink: ConnectionSink;
  readonly channels: ChannelExpectation;
  /** A pending connect rejects with its reason, an RtspError. */
  readonly signal: AbortSignal;
  readonly limits?: Partial<ParserLimits>;
}

export class RtspConnection {
  readonly peer: string;
  readonly #options: ConnectionOptions;
  readonly #parser: MessageParser;
  #channel: ByteChannel | undefined;
  #isOpen = false;
  #arrivalTimeUs = 0;
  #bodyTimer: Timer | undefined;

  /** @throws RtspError when there is no connection within `connectMs`. */
  static async open(options: ConnectionOptions): Promise<RtspConnection> {
    const connection = new RtspConnection(options);
    await connection.#connect();
    return connection;
  }

  private constructor(options: ConnectionOptions) {
    this.#options = options;
    const { host, port } = options.tunnel === undefined ? options.url : tunnelAddress(options.url);
    this.peer = `${host}:${port}`;
    const { sink, channels, limits } = options;
    this.#parser = new MessageParser({
      channels,
      limits,
      sink: {
        onFrame: (channel, payload) => this.#isOpen && sink.onFrame(channel, payload, this.#arrivalTimeUs),
        onMessage: (message) => this.#isOpen && sink.onMessage(message),
        onFault: (reason) => sink.onFault(reason),
        onResync: () => sink.onFault('resynchronised'),
      },
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** When the last bytes were read, microseconds since the Unix epoch; 0 before. */
  get lastReadUs(): number {
    return this.#arrivalTimeUs;
  }

  get localAddress(): string {
    return this.#channel?.localAddress ?? '0.0.0.0';
  }

  /** Numeric, once connected. */
  get remoteAddress(): string {
    return this.#channel?.remoteAddress ?? this.#options.url.host;
  }

  set expectsDescription(value: boolean) {
    this.#parser.expectsDescription = value;
  }

  send(bytes: Uint8Array): void {
    if (!this.#isOpen || this.#channel === undefined) return;
    const { clock, timeouts } = this.#options;
    const timer = clock.after(timeouts.writeMs, () => {
      this.#fail(new RtspError('timed-out', 'The camera stopped reading what is sent to it', { peer: this.peer }));
    });
    this.#channel.write(bytes, () => timer.cancel());
  }

  /** Says that nothing more will be sent, then drops the socket. */
  destroy(): void {
    this.#isOpen = false;
    this.#bodyTimer?.cancel();
    this.#channel?.destroy();
  }

  async #connect(): Promise<void> {
    const { timeouts, clock, signal } = this.#options;
    signal.throwIfAborted();
    const context = { peer: this.peer };
    let timer: Timer | undefined;
    let onAbort: (() => void) | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        // Bytes may arrive in the same turn as the connection.
        const onConnected = () => {
          this.#isOpen = true;
          resolve();
        };
        this.#channel = this.#openChannel(onConnected, reject);
        timer = clock.after(timeouts.connectMs, () =>
          reject(new RtspError('timed-out', 'The camera does not answer', { ...context, phase: 'connect' })),
        );
        onAbort = () => reject(signal.reason);
        signal.addEventListener('abort', onAbort);
      });
    } catch (error) {
      this.destroy();
      throw error;
    } finally {
      timer?.cancel();
      if (onAbort) signal.removeEventListener('abort', onAbort);
    }
  }

  #openChannel(onConnected: () => void, onRefused: (error: RtspError) => void): ByteChannel {
    const { url, tls, tunnel } = this.#options;
    const context = { peer: this.peer };
    const sink = {
      onBytes: (bytes: Uint8Array) => this.#guard(() => this.#onBytes(bytes)),
      onConnected,
      onRefused,
      onError: (error: Error) => {
        if (this.#isOpen) this.#fail(lostConnectionError(error, context));
        else onRefused(connectError(error, context));
      },
      // Without a connection the error has already been reported.
      onEnd: () => (this.#isOpen ? this.#onEnd() : onRefused(lostConnectionError(undefined, context))),
    };
    return tunnel === undefined
      ? openSocket({ address: url, peer: this.peer, tls, sink })
      : openHttpTunnel({ url, tls, sink, ...tunnel });
  }

  #onBytes(chunk: Uint8Array): void {
    if (!this.#isOpen) return;
    this.#arrivalTimeUs = this.#options.clock.nowUs();
    const failure = this.#parser.push(chunk, this.#arrivalTimeUs / 1_000);
    if (failure !== undefined)
      this.#fail(new RtspError('protocol-violation', FAILURE_MESSAGES[failure], { peer: this.peer }));
    else this.#watchBody();
  }

  /** A body without a length ends after a silence; one whose length is too large ends after a longer one. */
  #watchBody(): void {
    this.#bodyTimer?.cancel();
    const kind = this.#parser.pendingBody;
    if (kind === 'none' || !this.#isOpen) return;
    const delayMs = kind === 'unbounded' ? UNBOUNDED_BODY_SILENCE_MS : DECLARED_BODY_SILENCE_MS;
    this.#bodyTimer = this.#options.clock.after(delayMs, () => this.#guard(() => this.#parser.completeBody()));
  }

  #onEnd(): void {
    if (!this.#isOpen) return;
    this.#guard(() => this.#parser.completeBody());
    this.#fail(lostConnectionError(undefined, { peer: this.peer }));
  }

  #fail(error: RtspError): void {
    if (!this.#isOpen) return;
    this.destroy();
    this.#options.sink.onClosed(error);
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      const message = 'What the camera sent could not be handled; this is a fault of the client';
      this.#fail(new RtspError('protocol-violation', message, { peer: this.peer }, { cause: error }));
    }
  }
}

const UNBOUNDED_BODY_SILENCE_MS = 300;
const DECLARED_BODY_SILENCE_MS = 2_000;

const FAILURE_MESSAGES: Readonly<Record<ParserFailure, string>> = {
  'header-limit': 'The camera sent a message with too many or too long header lines',
  'body-limit': 'The camera sent a message that is too large',
  'bad-content-length': 'The camera sent a message whose length cannot be read',
  'garbage-limit': 'The camera sent bytes that are not RTSP',
  'too-many-resyncs': 'The connection to the camera is damaged again and again: too many unreadable bytes',
  'speaks-http': 'This port of the camera speaks HTTP, not RTSP: check the port',
  'speaks-tls': 'This port of the camera wants an encrypted connection: use rtsps://',
};
