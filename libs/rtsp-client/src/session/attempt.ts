/** One connection from connect to TEARDOWN, over one transport. What comes after it is the session's decision. */
import type { SessionTimeouts, TransportName } from '../api.ts';
import { RtspError } from '../rtsp-error.ts';
import { InterleavedChannels } from '../transport/interleaved-channels.ts';
import type { AttemptEnd, AttemptOptions } from './attempt-options.ts';
import { nowMs } from './clock.ts';
import { Farewell } from './farewell.ts';
import { type Description, Detour, Handshake } from './handshake.ts';
import { Incoming } from './incoming.ts';
import { MediaStreams, type StreamStats } from './media-streams.ts';
import { Playback } from './playback.ts';
import { Requester } from './requester.ts';
import { RtspConnection } from './rtsp-connection.ts';
import { SessionIdentity } from './session-identity.ts';
import { isBuggyLive555 } from './stale-sessions.ts';
import { StreamSetup } from './stream-setup.ts';

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
  readonly #streams = new MediaStreams();
  readonly #farewell: Farewell;
  #connection: RtspConnection | undefined;
  #playback: Playback | undefined;
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
    this.#farewell = new Farewell({
      requester: this.#requester,
      identity: this.#identity,
      streams: this.#streams,
      timeouts,
      deviations,
    });
  }

  /** Resolves once everything is freed. Never rejects. */
  get ended(): Promise<AttemptEnd> {
    return this.#ended;
  }

  statsOf(kind: 'video' | 'audio'): StreamStats | undefined {
    return this.#streams.statsOf(kind);
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
    const { url, timeouts, deviations } = this.#options;
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
    const { video, audio, aggregateUrl, tool } = await handshake.describe();
    if (video.track.prefersTcp && this.#options.mayPreferTcp) this.#transportKind = 'tcp';

    this.#farewell.url = aggregateUrl;
    const setup = await this.#setupVideo(connection, handshake, video);
    this.#isBuggyServer = this.#transportKind === 'tcp' && isBuggyLive555(tool);
    if (audio !== undefined) await setup.audio(audio.track, audio.controlUrl);
    this.#streams.punchHoles();
    const { target, announced } = await handshake.play(aggregateUrl, video.controlUrl, this.#streams.controlUrls);
    for (const [controlUrl, hint] of announced) this.#streams.hint(controlUrl, hint);
    this.#farewell.url = target;
    this.#streams.punchHoles();
    this.#play(target, methods);
    this.#tellPlaying(video.track.codec);
  }

  /**
   * 461 speaks of the transport alone, so the next one is asked for on the same connection. GStreamer's server takes its
   * media down with a connection, and answers 503 to a new one that comes meanwhile.
   */
  async #setupVideo(
    connection: RtspConnection,
    handshake: Handshake,
    video: Description['video'],
  ): Promise<StreamSetup> {
    const setup = this.#streamSetup(connection, handshake);
    try {
      await setup.video(video.track, video.controlUrl);
      return setup;
    } catch (error) {
      const is461 = error instanceof Detour && error.error.context.statusCode === 461;
      if (!is461 || this.#transportKind === 'tcp' || !this.#options.mayPreferTcp) throw error;
    }
    this.#options.deviations.note('transport-switched', 'The camera is not received over UDP; TCP is used');
    this.#transportKind = 'tcp';
    const next = this.#streamSetup(connection, handshake);
    await next.video(video.track, video.controlUrl);
    return next;
  }

  #play(keepaliveUrl: string, methods: ReadonlySet<string>): void {
    const { clock, timeouts, deviations, reportsOverTcp } = this.#options;
    this.#playback = new Playback({
      peer: this.#peer,
      streams: this.#streams,
      reportsOverTcp,
      requester: this.#requester,
      identity: this.#identity,
      methods,
      keepaliveUrl,
      clock,
      timeouts,
      deviations,
      lastReadMs: () => (this.#connection?.lastReadUs ?? 0) / 1_000,
      guard: (action) => this.#guard(action),
      onEnd: (error, isFirstPacketMissing) => {
        void this.close(
          isFirstPacketMissing
            ? { kind: 'transport-refused', transport: this.#transportKind, error }
            : { kind: 'failed', error },
        );
      },
    });
  }

  #tellPlaying(codec: 'h264' | 'h265'): void {
    const { url, consumer } = this.#options;
    const transport = this.#transportKind === 'tcp' && url.secure ? 'tls' : this.#transportKind;
    consumer.onEvent({ type: 'playing', transport, codec });
    this.#playback?.start();
  }

  #streamSetup(connection: RtspConnection, handshake: Handshake): StreamSetup {
    const { url, clock, deviations, consumer } = this.#options;
    return new StreamSetup({
      peer: this.#peer,
      host: url.host,
      transport: this.#transportKind,
      connection,
      handshake,
      channels: this.#channels,
      streams: this.#streams,
      clock,
      deviations,
      consumer,
      guard: (action) => this.#guard(action),
      isEnding: () => this.#isEnding,
      fail: (error) => void this.close({ kind: 'failed', error }),
      throwIfCancelled: () => this.#throwIfCancelled(),
      onVideoPacket: (arrivalTimeUs) => this.#playback?.onVideoPacket(arrivalTimeUs),
      onOtherPacket: (arrivalTimeUs) => this.#playback?.onOtherPacket(arrivalTimeUs),
      onBye: () => this.#playback?.onBye(),
    });
  }

  #connect(timeouts: SessionTimeouts, signal: AbortSignal): Promise<RtspConnection> {
    const { url, tls, clock, deviations, tunnelAuthenticator, userAgent } = this.#options;
    return RtspConnection.open({
      url,
      tls,
      tunnel: this.#transportKind === 'http' ? { authenticator: tunnelAuthenticator, userAgent } : undefined,
      timeouts,
      clock,
      channels: this.#channels,
      signal,
      sink: new Incoming({
        peer: this.#peer,
        channels: this.#channels,
        streams: this.#streams,
        requester: this.#requester,
        identity: this.#identity,
        deviations,
        send: (bytes) => this.#connection?.send(bytes),
        end: (end) => void this.close(end),
      }),
    });
  }

  async #end(end: AttemptEnd): Promise<void> {
    if (this.#isEnding) return void (await this.#ended);
    const isDead = end.kind === 'failed' && end.error.code === 'connection-dead';
    const isLost = isDead || !this.#connection?.isOpen;
    if (isLost) this.#guard(() => this.#streams.flush());
    this.#isEnding = true;
    this.#playback?.stop();
    let outcome = end;
    try {
      if (isDead) this.#farewell.leaveWord();
      if (isDead || !(await this.#farewell.say(this.#connection))) outcome = this.#leftBehind(end);
      await this.#streams.close();
    } catch (error) {
      outcome = { kind: 'failed', error: this.#bug(error) };
    } finally {
      this.#connection?.destroy();
      this.#resolveEnded(outcome);
    }
    if (isLost && this.#farewell.isNeededElsewhere) await this.#sayFarewellElsewhere();
  }

  async #sayFarewellElsewhere(): Promise<void> {
    const { timeouts } = this.#options;
    await this.#farewell.sayElsewhere(async () => {
      const connectMs = timeouts.teardownMs;
      this.#connection = await this.#connect({ ...timeouts, connectMs }, new AbortController().signal);
      return this.#connection;
    });
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
