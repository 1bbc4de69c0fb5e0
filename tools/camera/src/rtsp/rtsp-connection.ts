import type { CameraStream } from '../media/camera-stream.ts';
import { PAYLOAD_TYPE } from '../media/packet-block.ts';
import { InterleavedTransport, type PacketTransport, UdpTransport } from '../media/packet-transport.ts';
import { RtpSession } from '../media/rtp-session.ts';
import { nowUs } from '../source/wall-clock.ts';
import type { ClientSocket } from './http-tunnel.ts';
import { ClientParser, formatResponse, type RtspRequest, type RtspResponse } from './rtsp-message.ts';
import type { ClientConnection, OpenSession, RtspServerContext } from './rtsp-server-context.ts';
import { describeStream, VIDEO_CONTROL } from './sdp.ts';
import { parseTransport } from './transport-header.ts';

const PUBLIC = 'OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER, SET_PARAMETER';
/** Most requests that may wait. A client that sends more without reading replies is cut off. */
const MAX_WAITING_REQUESTS = 100;

type Handler = (request: RtspRequest, stream: CameraStream) => RtspResponse | Promise<RtspResponse>;

/** One client's TCP connection. Answers requests in order. */
export class RtspConnection implements ClientConnection {
  readonly #socket: ClientSocket;
  readonly #server: RtspServerContext;
  readonly #parser = new ClientParser();
  readonly #handlers: Readonly<Record<string, Handler>> = {
    DESCRIBE: (request, stream) => this.#describe(request, stream),
    SETUP: (request, stream) => this.#setup(request, stream),
    PLAY: (request) => this.#play(request),
    TEARDOWN: (request) => this.#teardown(request),
    GET_PARAMETER: (request) => this.#keepAlive(request),
    SET_PARAMETER: (request) => this.#keepAlive(request),
  };
  #waiting = 0;
  #turn: Promise<void> = Promise.resolve();
  #silent = false;

  constructor(socket: ClientSocket, server: RtspServerContext) {
    this.#socket = socket;
    this.#server = server;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    // 'close' follows and frees the connection's resources.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#closed());
  }

  fallSilent(): void {
    this.#silent = true;
    this.#socket.removeAllListeners('data');
    this.#socket.pause();
    for (const { session } of this.#ownSessions()) session.playing = false;
  }

  close(how: 'gently' | 'at-once'): void {
    if (how === 'at-once' || this.#silent) this.#socket.destroy();
    else this.#socket.destroySoon();
  }

  #receive(chunk: Buffer): void {
    for (const item of this.#parser.push(chunk)) {
      if (item.type === 'frame') {
        for (const { session } of this.#ownSessions()) session.lastSignOfLifeMs = performance.now();
      } else if (item.type === 'malformed' || this.#waiting >= MAX_WAITING_REQUESTS) {
        this.#write({ status: 400 }, undefined);
        this.#socket.destroySoon();
        return;
      } else {
        this.#waiting += 1;
        this.#turn = this.#turn.then(() => this.#answer(item.request));
      }
    }
  }

  async #answer(request: RtspRequest): Promise<void> {
    const { replyDelayMs } = this.#server.faults.settings;
    if (replyDelayMs > 0) await this.#server.delay(replyDelayMs);
    this.#server.countRequest(request.method);
    const response = await this.#respond(request).catch((error: unknown) => {
      this.#server.log(`${request.method} failed: ${String(error)}`);
      return { status: 500 };
    });
    this.#waiting -= 1;
    this.#write(response, request.headers.get('cseq'));
    if (response.status === 200 && request.method === 'PLAY') this.#startPlaying(request);
  }

  async #respond(request: RtspRequest): Promise<RtspResponse> {
    const { refuseStatus, retryAfterSeconds } = this.#server.faults.settings;
    if (refuseStatus > 0) {
      return {
        status: refuseStatus,
        headers: retryAfterSeconds > 0 ? { 'Retry-After': String(retryAfterSeconds) } : {},
      };
    }
    if (!request.headers.has('cseq')) return { status: 400 };
    if (request.method === 'OPTIONS') {
      this.#touchSession(request);
      return { status: 200, headers: { Public: PUBLIC } };
    }
    const challenges = this.#server.authenticator?.challenge(request);
    if (challenges !== undefined)
      return { status: 401, headers: { 'WWW-Authenticate': challenges.join('\r\nWWW-Authenticate: ') } };
    const handler = this.#handlers[request.method];
    if (handler === undefined) return { status: 501, headers: { Public: PUBLIC } };
    const stream = this.#server.streamAt(request.uri);
    return stream === undefined ? { status: 404 } : handler(request, stream);
  }

  #describe(request: RtspRequest, stream: CameraStream): RtspResponse {
    const baseUrl = `${request.uri.replace(/\/+$/, '')}/`;
    const { sdp: variant, name, bitrateBps } = this.#server.options;
    const host = this.#socket.localAddress ?? '0.0.0.0';
    return {
      status: 200,
      headers: { 'Content-Base': baseUrl, 'Content-Type': 'application/sdp' },
      body: describeStream({
        source: stream.source,
        name,
        host,
        baseUrl,
        bitrateBps,
        payloadType: PAYLOAD_TYPE,
        variant,
      }),
    };
  }

  async #setup(request: RtspRequest, stream: CameraStream): Promise<RtspResponse> {
    if (request.headers.has('session')) return { status: 459 };
    const [, track] = /\/(trackID=\d+)\/?$/.exec(request.uri) ?? [];
    if (track !== undefined && track !== VIDEO_CONTROL) return { status: 404 };
    const { maxSessions, start, senderReportIntervalMs, sessionTimeoutMs } = this.#server.options;
    if (this.#server.sessions.size >= maxSessions) return { status: 453 };
    const requested = parseTransport(request.headers.get('transport') ?? '', this.#ownSessions().length * 2);
    if (requested === undefined) return { status: 461 };
    let transport: PacketTransport;
    if (requested.type === 'tcp') {
      transport = new InterleavedTransport(this.#socket, requested.rtpChannel, requested.rtcpChannel);
    } else {
      transport = await UdpTransport.open({
        localHost: this.#socket.localAddress ?? '127.0.0.1',
        peerHost: this.#socket.remoteAddress ?? '127.0.0.1',
        rtpPort: requested.rtpPort,
        rtcpPort: requested.rtcpPort,
        onRtcp: () => {
          session.lastSignOfLifeMs = performance.now();
        },
      });
    }
    const session: RtpSession = new RtpSession({
      transport,
      rtpChannel: requested.type === 'tcp' ? requested.rtpChannel : 0,
      start,
      senderReportIntervalMs,
      faults: this.#server.faults,
      ordinal: this.#server.nextSessionOrdinal(),
    });
    const connection = requested.type === 'tcp' ? this : undefined;
    if (!this.#server.addSession({ session, stream, connection }) || this.#socket.destroyed) {
      this.#server.endSession(session.id, 'silent');
      return { status: 503 };
    }
    const ssrc = session.ssrc.toString(16).toUpperCase().padStart(8, '0');
    return {
      status: 200,
      headers: {
        Transport: `${transport.header};ssrc=${ssrc}`,
        Session: `${session.id};timeout=${Math.round(sessionTimeoutMs / 1000)}`,
      },
    };
  }

  #play(request: RtspRequest): RtspResponse {
    const open = this.#touchSession(request);
    if (open === undefined) return { status: 454 };
    const { session } = open;
    const url = `${request.uri.replace(/\/+$/, '')}/${VIDEO_CONTROL}`;
    return {
      status: 200,
      headers: {
        Session: session.id,
        Range: 'npt=now-',
        'RTP-Info': `url=${url};seq=${session.nextSequenceNumber};rtptime=${session.timestampOf(nowUs())}`,
      },
    };
  }

  /** Runs after the reply, so that no packet precedes it. */
  #startPlaying(request: RtspRequest): void {
    const open = this.#touchSession(request);
    if (open !== undefined && !this.#silent) open.session.playing = true;
  }

  #teardown(request: RtspRequest): RtspResponse {
    const open = this.#touchSession(request);
    if (open === undefined) return { status: 454 };
    this.#server.endSession(open.session.id, 'silent');
    return { status: 200 };
  }

  #keepAlive(request: RtspRequest): RtspResponse {
    const open = this.#touchSession(request);
    return open === undefined ? { status: 454 } : { status: 200, headers: { Session: open.session.id } };
  }

  #touchSession(request: RtspRequest): OpenSession | undefined {
    const open = this.#server.sessions.get(request.headers.get('session') ?? '');
    if (open !== undefined) open.session.lastSignOfLifeMs = performance.now();
    return open;
  }

  #ownSessions(): OpenSession[] {
    return [...this.#server.sessions.values()].filter(({ connection }) => connection === this);
  }

  #write(response: RtspResponse, cSeq: string | undefined): void {
    if (!this.#silent && this.#socket.writable) this.#socket.write(formatResponse(response, cSeq));
  }

  #closed(): void {
    for (const { session } of this.#ownSessions()) this.#server.endSession(session.id, 'silent');
    this.#server.forgetConnection(this);
  }
}
