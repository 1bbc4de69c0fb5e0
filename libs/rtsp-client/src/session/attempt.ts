/** One connection from connect to TEARDOWN, over one transport. What comes after it is the session's decision. */
import type { SessionEvent, SessionTimeouts, TlsTrust, TransportName, VideoAccessUnit } from '../api.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import type { RtspRequest } from '../message/rtsp-message.ts';
import { type ReceiverStats, VideoReceiver } from '../rtp/media-receiver.ts';
import { RtspError } from '../rtsp-error.ts';
import { VIDEO_CLOCK_RATE_HZ, type VideoTrack } from '../sdp/choose-video.ts';
import { createMediaTransport } from '../transport/create-media-transport.ts';
import { InterleavedChannels } from '../transport/interleaved-channels.ts';
import type { MediaTransport } from '../transport/media-transport.ts';
import type { RtspUrl } from '../url/rtsp-url.ts';
import { type Clock, nowMs } from './clock.ts';
import type { DeviationLog } from './deviation-log.ts';
import { Detour, Handshake } from './handshake.ts';
import { Playback } from './playback.ts';
import { Requester } from './requester.ts';
import { RtspConnection } from './rtsp-connection.ts';
import { answerServerRequest, type ServerConsequence } from './server-requests.ts';
import { SessionIdentity } from './session-identity.ts';
import { isBuggyLive555, type StaleSessions } from './stale-sessions.ts';

export interface AttemptOptions {
  readonly url: RtspUrl;
  /** Lives longer than an attempt: a camera may close the connection on which it asked for a password. */
  readonly authenticator: Authenticator;
  readonly transport: TransportName;
  /** Whether `auto` may go on with TCP, so that streams which suffer over UDP are not begun there. */
  readonly mayPreferTcp: boolean;
  readonly tls: TlsTrust | undefined;
  readonly timeouts: SessionTimeouts;
  readonly clock: Clock;
  readonly userAgent: string;
  readonly deviations: DeviationLog;
  readonly staleSessions: StaleSessions;
  readonly onVideo: (accessUnit: VideoAccessUnit) => void;
  readonly onEvent: (event: SessionEvent) => void;
}

export type AttemptEnd =
  /** {@link Attempt.close} was called. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'failed'; readonly error: RtspError }
  | { readonly kind: 'redirected'; readonly location: string | undefined; readonly error: RtspError }
  /** Another transport than this may work. */
  | { readonly kind: 'transport-refused'; readonly transport: TransportName; readonly error: RtspError };

export class Attempt {
  readonly #options: AttemptOptions;
  readonly #peer: string;
  readonly #identity = new SessionIdentity();
  readonly #channels = new InterleavedChannels();
  readonly #requester: Requester;
  readonly #cancellation = new AbortController();
  readonly #ended: Promise<AttemptEnd>;
  #resolveEnded!: (end: AttemptEnd) => void;
  #transportKind: TransportName;
  #connection: RtspConnection | undefined;
  #transport: MediaTransport | undefined;
  #receiver: VideoReceiver | undefined;
  #playback: Playback | undefined;
  #teardownUrl: string | undefined;
  #isBuggyServer = false;
  #isEnding = false;

  constructor(options: AttemptOptions) {
    this.#options = options;
    this.#peer = `${options.url.host}:${options.url.port}`;
    this.#transportKind = options.transport;
    this.#ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    const { clock, authenticator, userAgent, timeouts, deviations } = options;
    this.#requester = new Requester({
      peer: this.#peer,
      send: (bytes) => this.#connection?.send(bytes),
      authenticator,
      clock,
      userAgent,
      replyMs: timeouts.replyMs,
      note: (reason, message) => deviations.note(reason, message),
    });
  }

  /** Resolves once everything is freed. Never rejects. */
  get ended(): Promise<AttemptEnd> {
    return this.#ended;
  }

  get receiverStats(): ReceiverStats | undefined {
    return this.#receiver?.stats();
  }

  /** Up to the answer of PLAY. @returns false when it ended instead: see {@link ended}. */
  async open(): Promise<boolean> {
    try {
      await this.#handshake();
      return true;
    } catch (error) {
      if (error instanceof Detour) {
        const { next } = error;
        await this.#end(
          next.kind === 'redirect'
            ? { kind: 'redirected', location: next.location, error: error.error }
            : { kind: 'transport-refused', transport: this.#transportKind, error: error.error },
        );
      } else {
        await this.#end({ kind: 'failed', error: error instanceof RtspError ? error : this.#bug(error) });
      }
      return false;
    }
  }

  /** TEARDOWN if there is a session, then frees everything; bounded by `teardownMs`. */
  async close(end: AttemptEnd = { kind: 'closed' }): Promise<void> {
    if (this.#isEnding) return void (await this.#ended);
    const error =
      end.kind === 'closed' ? new RtspError('aborted', 'The session was closed', { peer: this.#peer }) : end.error;
    this.#cancellation.abort(error);
    this.#requester.fail(error);
    await this.#end(end);
  }

  async #handshake(): Promise<void> {
    const { url, clock, timeouts, deviations } = this.#options;
    const connection = await this.#connect(timeouts, this.#cancellation.signal);
    this.#connection = connection;
    this.#throwIfCancelled();

    const handshake = new Handshake({
      url,
      peer: this.#peer,
      requester: this.#requester,
      identity: this.#identity,
      deviations,
      expectDescription: (isExpected) => {
        connection.expectsDescription = isExpected;
      },
    });
    const methods = await handshake.options();
    const { track, controlUrl, aggregateUrl, tool } = await handshake.describe();
    if (track.prefersTcp && this.#options.mayPreferTcp) this.#transportKind = 'tcp';
    this.#isBuggyServer = this.#transportKind === 'tcp' && isBuggyLive555(tool);

    this.#teardownUrl = aggregateUrl;
    const receiver = this.#createReceiver(track);
    const transport = await this.#createTransport(track, connection);
    this.#transport = transport;
    this.#throwIfCancelled();
    await handshake.setup(controlUrl, transport);
    transport.punchHole();
    this.#receiver = receiver;
    const playUrl = await handshake.play(aggregateUrl, controlUrl);
    this.#teardownUrl = playUrl;
    transport.punchHole();

    this.#playback = new Playback({
      peer: this.#peer,
      receiver,
      transport,
      requester: this.#requester,
      identity: this.#identity,
      methods,
      keepaliveUrl: playUrl,
      clock,
      timeouts,
      deviations,
      guard: (action) => this.#guard(action),
      onEnd: (error, isFirstPacketMissing) => {
        void this.close(
          isFirstPacketMissing
            ? { kind: 'transport-refused', transport: this.#transportKind, error }
            : { kind: 'failed', error },
        );
      },
    });
    this.#options.onEvent({ type: 'playing', transport: url.secure ? 'tls' : transport.kind, codec: track.codec });
    this.#playback.start();
  }

  #connect(timeouts: SessionTimeouts, signal: AbortSignal): Promise<RtspConnection> {
    const { url, tls, clock, deviations } = this.#options;
    return RtspConnection.open({
      url,
      tls,
      timeouts,
      clock,
      channels: this.#channels,
      signal,
      sink: {
        onFrame: (channel, payload, arrivalTimeUs) => this.#onFrame(channel, payload, arrivalTimeUs),
        onMessage: (message) => {
          if (message.kind === 'response') this.#requester.onReply(message);
          else this.#onServerRequest(message);
        },
        onFault: (reason) => deviations.note(reason, FAULT_MESSAGES[reason] ?? 'The camera deviates from the standard'),
        onClosed: (error) => this.#onConnectionClosed(error),
      },
    });
  }

  #onConnectionClosed(error: RtspError): void {
    this.#requester.fail(error);
    void this.close({ kind: 'failed', error });
  }

  #createReceiver(track: VideoTrack): VideoReceiver {
    const { onVideo, onEvent, clock } = this.#options;
    return new VideoReceiver({
      codec: track.codec,
      clockRateHz: VIDEO_CLOCK_RATE_HZ,
      payloadTypes: track.payloadTypes,
      parameterSets: track.parameterSets,
      transport: this.#transportKind === 'tcp' ? 'tcp' : 'udp',
      clock,
      onAccessUnit: (accessUnit) => {
        if (this.#isEnding) return;
        try {
          onVideo(accessUnit);
        } catch (cause) {
          const message = 'The picture could not be handed on; this is a fault of the application';
          void this.close({
            kind: 'failed',
            error: new RtspError('consumer-failed', message, { peer: this.#peer }, { cause }),
          });
        }
      },
      onEvent,
      onBye: () => this.#playback?.onBye(),
    });
  }

  #createTransport({ payloadTypes }: VideoTrack, connection: RtspConnection): Promise<MediaTransport> {
    const { deviations, clock, url } = this.#options;
    return createMediaTransport(this.#transportKind, {
      peer: this.#peer,
      localAddress: connection.localAddress ?? '0.0.0.0',
      peerAddress: connection.remoteAddress ?? url.host,
      channels: this.#channels,
      payloadTypes,
      sink: {
        onRtp: (packet, arrivalTimeUs) => {
          if (this.#isEnding) return;
          this.#playback?.onPacket(arrivalTimeUs);
          this.#receiver?.pushRtp(packet, arrivalTimeUs);
        },
        onRtcp: (packet, arrivalTimeUs) => {
          if (!this.#isEnding) this.#receiver?.pushRtcp(packet, arrivalTimeUs);
        },
      },
      send: (bytes) => connection.send(bytes),
      nowUs: () => clock.nowUs(),
      note: (reason, message) => deviations.note(reason, message),
      count: (reason) => void deviations.count(reason),
      guard: (action) => this.#guard(action),
    });
  }

  #onFrame(channel: number, payload: Uint8Array, arrivalTimeUs: number): void {
    const { deviations } = this.#options;
    const routing = this.#channels.route(channel, payload, arrivalTimeUs);
    if (routing === 'rerouted') {
      deviations.note('channel-mixed', 'The camera mixes media and its reports on one channel');
    } else if (routing === 'empty') {
      deviations.count('empty-frame');
    } else if (routing === 'unassigned' && this.#transport !== undefined) {
      deviations.note('channel-unassigned', 'The camera sends on a channel that was not asked for');
    } else if (routing === 'unassigned') {
      deviations.note('stale-session', 'The camera sends data of an earlier session, which its firmware does not end');
    }
  }

  #onServerRequest(request: RtspRequest): void {
    const { bytes, consequence } = answerServerRequest(request);
    this.#connection?.send(bytes);
    this.#onConsequence(consequence);
  }

  #onConsequence(consequence: ServerConsequence): void {
    if (consequence.kind === 'none') return;
    if (consequence.kind === 'announced') {
      this.#options.deviations.note('announced', 'The camera announced a change of its stream');
      return;
    }
    const error = new RtspError('closed-by-peer', 'The camera ended the session', { peer: this.#peer });
    if (consequence.kind === 'redirected') {
      void this.close({ kind: 'redirected', location: consequence.location, error });
      return;
    }
    this.#identity.id = undefined;
    void this.close({ kind: 'failed', error });
  }

  async #end(end: AttemptEnd): Promise<void> {
    if (this.#isEnding) return void (await this.#ended);
    const isLost = !this.#connection?.isOpen;
    if (isLost) this.#guard(() => this.#receiver?.flush());
    this.#isEnding = true;
    this.#playback?.stop();
    let outcome = end;
    try {
      if (!(await this.#teardown())) outcome = this.#leftBehind(end);
      await this.#transport?.close();
    } catch (error) {
      outcome = { kind: 'failed', error: this.#bug(error) };
    } finally {
      this.#connection?.destroy();
      this.#resolveEnded(outcome);
    }
    const goesOn = isLost && this.#identity.id !== undefined && this.#transport && this.#transport.kind !== 'tcp';
    if (goesOn) await this.#teardownElsewhere();
  }

  /** Without its connection a UDP stream goes on until the session expires: one try to stop it over a connection of its own. */
  async #teardownElsewhere(): Promise<void> {
    const { timeouts } = this.#options;
    try {
      const { teardownMs } = timeouts;
      this.#connection = await this.#connect({ ...timeouts, connectMs: teardownMs }, new AbortController().signal);
      await this.#teardown();
    } catch (error) {
      if (!(error instanceof RtspError)) throw error;
      // The camera is gone altogether; the stream ends with it.
      this.#options.deviations.count('teardown-failed');
    } finally {
      this.#connection?.destroy();
    }
  }

  /**
   * Any answer ends the session: 2xx, 454 (gone already), 500 (Hikvision DS-2CD2032 on a second connection).
   *
   * @returns false when the camera has to find out by itself.
   */
  async #teardown(): Promise<boolean> {
    if (this.#identity.id === undefined || this.#teardownUrl === undefined) return true;
    if (!this.#connection?.isOpen) return false;
    if (this.#receiver && this.#transport && this.#transport.kind !== 'tcp')
      this.#transport.sendRtcp(this.#receiver.bye());
    this.#requester.reopen();
    const { teardownMs } = this.#options.timeouts;
    try {
      await this.#requester.request('TEARDOWN', this.#teardownUrl, {
        fields: this.#identity.fields,
        timeoutMs: teardownMs,
      });
      return true;
    } catch (error) {
      if (error instanceof RtspError) return false;
      throw error;
    }
  }

  /** A session that expires by itself is a problem for the next one only with a buggy live555. */
  #leftBehind(end: AttemptEnd): AttemptEnd {
    if (!this.#isBuggyServer) return end;
    const { staleSessions, clock } = this.#options;
    staleSessions.add(this.#peer, nowMs(clock) + staleSessions.lifetimeMs);
    return end.kind === 'failed'
      ? { kind: 'failed', error: end.error.withContext({ retryAfterMs: staleSessions.lifetimeMs }) }
      : end;
  }

  /** The session may have been closed while something was being opened that it could not know of yet. */
  #throwIfCancelled(): void {
    if (!this.#cancellation.signal.aborted) return;
    this.#connection?.destroy();
    void this.#transport?.close();
    throw this.#cancellation.signal.reason;
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      void this.close({ kind: 'failed', error: this.#bug(error) });
    }
  }

  #bug(cause: unknown): RtspError {
    const message = 'What the camera sent could not be handled; this is a fault of the client';
    return new RtspError('protocol-violation', message, { peer: this.#peer }, { cause });
  }
}

const FAULT_MESSAGES: Readonly<Record<string, string>> = {
  'content-length-too-large': 'The camera states a wrong length for its description',
  'content-length-missing': 'The camera does not state the length of its description',
  'header-line-without-colon': 'The camera sends a header line that cannot be read',
  'unknown-rtsp-version': 'The camera states a version of RTSP that is not known',
  resynchronised: 'The camera sent bytes that are not RTSP; they were skipped',
};
