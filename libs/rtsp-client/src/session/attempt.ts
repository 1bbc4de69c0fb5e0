/** One connection from connect to TEARDOWN, over one transport. The session decides what comes after it. */
import type { SessionTimeouts, TlsTrust, TransportName } from '../api.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import { type Clock, nowMs } from '../clock.ts';
import type { DeviationLog } from '../deviation-log.ts';
import { RtspError } from '../rtsp-error.ts';
import type { VideoTrack } from '../sdp/choose-video.ts';
import { InterleavedChannels } from '../transport/interleaved-channels.ts';
import type { RtspUrl } from '../url/rtsp-url.ts';
import { type AttemptEnd, Redirected, TransportRefused } from './attempt-end.ts';
import type { AttemptScope } from './attempt-scope.ts';
import { Ending } from './ending.ts';
import { Incoming } from './incoming.ts';
import { Keepalive } from './keepalive.ts';
import { KeepaliveMethods } from './keepalive-methods.ts';
import { type MediaConsumer, MediaDelivery } from './media-delivery.ts';
import { MediaStreams, type StreamStats } from './media-streams.ts';
import { Playback } from './playback.ts';
import { ProofOfLife } from './proof-of-life.ts';
import { Requester } from './requester.ts';
import { RtspConnection } from './rtsp-connection.ts';
import { type DescribedTrack, RtspMethods } from './rtsp-methods.ts';
import { SessionIdentity } from './session-identity.ts';
import { isBuggyLive555, type StaleSessions } from './stale-sessions.ts';
import { StreamSetup } from './stream-setup.ts';
import { Teardown } from './teardown.ts';

export interface AttemptOptions {
  readonly url: RtspUrl;
  /** Outlives the attempt: a camera may close the connection on which it asked for a password. */
  readonly authenticator: Authenticator;
  /** For the requests of an HTTP tunnel, which has a login of its own. */
  readonly tunnelAuthenticator: Authenticator;
  readonly transport: TransportName;
  /** Whether `auto` may fall back to TCP: streams that suffer over UDP are then not started there. */
  readonly mayPreferTcp: boolean;
  readonly tls: TlsTrust | undefined;
  readonly timeouts: SessionTimeouts;
  readonly clock: Clock;
  readonly deviations: DeviationLog;
  readonly staleSessions: StaleSessions;
  readonly consumer: MediaConsumer;
  readonly reportsOverTcp: boolean;
}

export class Attempt {
  readonly #options: AttemptOptions;
  readonly #scope: AttemptScope;
  readonly #ended: Promise<AttemptEnd>;
  readonly #identity = new SessionIdentity();
  readonly #channels = new InterleavedChannels();
  readonly #requester: Requester;
  readonly #streams: MediaStreams;
  readonly #teardown: Teardown;
  #transport: TransportName;
  #connection: RtspConnection | undefined;
  #playback: Playback | undefined;
  #isBuggyServer = false;

  constructor(options: AttemptOptions) {
    const { url, clock, timeouts, deviations, authenticator } = options;
    const peer = `${url.host}:${url.port}`;
    const ending = new Ending(peer);
    this.#options = options;
    this.#scope = { peer, clock, timeouts, deviations, ending };
    this.#transport = options.transport;
    this.#streams = new MediaStreams(ending);
    this.#requester = new Requester(this.#scope, authenticator, USER_AGENT);
    this.#teardown = new Teardown(this.#scope, this.#requester, this.#identity, this.#streams);
    this.#ended = ending.requested.then((end) => this.#finish(end));
  }

  /** Resolves once everything is freed. Never rejects. */
  get ended(): Promise<AttemptEnd> {
    return this.#ended;
  }

  statsOf(kind: 'video' | 'audio'): StreamStats | undefined {
    return this.#streams.statsOf(kind);
  }

  /** Up to the answer of PLAY. @returns false when the attempt ended instead: see {@link ended}. */
  async open(): Promise<boolean> {
    try {
      await this.#open();
      return true;
    } catch (error) {
      this.#scope.ending.request(this.#endOf(error));
      await this.#ended;
      return false;
    }
  }

  /** TEARDOWN if there is a session, then frees everything; takes `teardownMs` at most. */
  async close(error: RtspError): Promise<void> {
    this.#scope.ending.fail(error);
    await this.#ended;
  }

  async #open(): Promise<void> {
    const { url, consumer, mayPreferTcp, reportsOverTcp } = this.#options;
    const scope = this.#scope;
    const connection = await this.#connect(scope.timeouts, scope.ending.signal);
    const methods = new RtspMethods(url, scope, this.#requester, this.#identity);
    const supported = await methods.options();
    const { video, audio, aggregateUrl, tool } = await methods.describe(connection);
    if (video.track.prefersTcp && mayPreferTcp) this.#transport = 'tcp';

    this.#teardown.url = aggregateUrl;
    const delivery = new MediaDelivery(consumer, scope);
    const setup = new StreamSetup(scope, connection, methods, this.#channels, this.#streams, delivery);
    await this.#setUpVideo(setup, video);
    this.#isBuggyServer = this.#transport === 'tcp' && isBuggyLive555(tool);
    if (audio !== undefined && consumer.onAudio !== undefined) await setup.audio(audio, this.#transport);

    this.#streams.punchHoles();
    const { target, announced } = await methods.play(aggregateUrl, video.controlUrl, this.#streams.controlUrls);
    for (const [controlUrl, hint] of announced) this.#streams.hint(controlUrl, hint);
    this.#teardown.url = target;
    this.#streams.punchHoles();

    const { arrivals } = this.#streams;
    arrivals.restart();
    const proofOfLife = new ProofOfLife({ answerMs: scope.timeouts.proofOfLifeMs, rhythm: arrivals.rhythm });
    const keepaliveMethods = new KeepaliveMethods(supported);
    const keepalive = new Keepalive(scope, this.#requester, this.#identity, keepaliveMethods, proofOfLife, target);
    this.#playback = new Playback(scope, connection, this.#streams, keepalive, proofOfLife, reportsOverTcp);
    const transport = this.#transport === 'tcp' && url.secure ? 'tls' : this.#transport;
    consumer.onEvent({ type: 'playing', transport, codec: video.track.codec });
    if (!scope.ending.isRequested) this.#playback.start();
  }

  async #connect(timeouts: SessionTimeouts, signal: AbortSignal): Promise<RtspConnection> {
    const { url, tls, clock, tunnelAuthenticator } = this.#options;
    const connection = await RtspConnection.open({
      url,
      tls,
      tunnel: this.#transport === 'http' ? { authenticator: tunnelAuthenticator, userAgent: USER_AGENT } : undefined,
      timeouts,
      clock,
      channels: this.#channels,
      signal,
      sink: new Incoming(this.#scope, this.#channels, this.#streams, this.#requester, this.#identity),
    });
    // The end may have been requested just as the connection opened, too late for the signal to cancel it.
    if (signal.aborted) connection.destroy();
    signal.throwIfAborted();
    this.#connection = connection;
    this.#requester.connection = connection;
    return connection;
  }

  /**
   * 461 is about the transport alone, so the same connection asks for the next one. GStreamer's server takes its media down
   * with a connection, and would answer 503 to a new one in the meantime.
   */
  async #setUpVideo(setup: StreamSetup, video: DescribedTrack<VideoTrack>): Promise<void> {
    try {
      await setup.video(video, this.#transport);
    } catch (error) {
      const is461 = error instanceof TransportRefused && error.error.context.statusCode === 461;
      if (!is461 || this.#transport === 'tcp' || !this.#options.mayPreferTcp) throw error;
      this.#scope.deviations.note('transport-switched', 'The camera is not received over UDP; TCP is used');
      this.#transport = 'tcp';
      await setup.video(video, this.#transport);
    }
  }

  #endOf(error: unknown): AttemptEnd {
    if (error instanceof Redirected) return { kind: 'redirected', location: error.location, error: error.error };
    if (error instanceof TransportRefused)
      return { kind: 'transport-refused', transport: this.#transport, error: error.error };
    return { kind: 'failed', error: error instanceof RtspError ? error : this.#scope.ending.bug(error) };
  }

  async #finish(end: AttemptEnd): Promise<AttemptEnd> {
    const isDead = end.error.code === 'connection-dead';
    const isLost = isDead || !this.#connection?.isOpen;
    this.#playback?.stop();
    this.#requester.fail(end.error);
    let outcome = end;
    try {
      if (isDead) this.#teardown.sendWithoutReply();
      const isTold = !isDead && (await this.#teardown.send(this.#connection));
      if (!isTold) outcome = this.#leftBehind(end);
      await this.#streams.close();
    } catch (error) {
      outcome = { kind: 'failed', error: this.#scope.ending.bug(error) };
    } finally {
      this.#connection?.destroy();
    }
    if (isLost && this.#teardown.outlivesConnection) void this.#tearDownElsewhere();
    return outcome;
  }

  /** Tries once to stop the stream over another connection. */
  async #tearDownElsewhere(): Promise<void> {
    const { timeouts, deviations } = this.#scope;
    let connection: RtspConnection | undefined;
    try {
      const connectMs = timeouts.teardownMs;
      connection = await this.#connect({ ...timeouts, connectMs }, new AbortController().signal);
      await this.#teardown.send(connection);
    } catch (error) {
      if (!(error instanceof RtspError)) throw error;
      // The camera is gone altogether; the stream ends with it.
      deviations.count('teardown-failed');
    } finally {
      connection?.destroy();
    }
  }

  /** With a buggy live555 the next session has to wait; otherwise a session left behind expires by itself. */
  #leftBehind(end: AttemptEnd): AttemptEnd {
    if (!this.#isBuggyServer) return end;
    const { staleSessions, clock } = this.#options;
    staleSessions.add(this.#scope.peer, nowMs(clock) + staleSessions.lifetimeMs);
    return end.kind === 'failed'
      ? { kind: 'failed', error: end.error.withContext({ retryAfterMs: staleSessions.lifetimeMs }) }
      : end;
  }
}

const USER_AGENT = 'Oriel/0.1';
