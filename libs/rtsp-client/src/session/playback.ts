/** A session between PLAY and TEARDOWN: watches media and connection, keeps the session alive, reports reception. */
import type { SessionTimeouts } from '../api.ts';
import { RtspError } from '../rtsp-error.ts';
import { type Clock, nowMs, type Timer } from './clock.ts';
import type { DeviationLog } from './deviation-log.ts';
import { KeepaliveMethods, keepaliveIntervalMs } from './keepalive-methods.ts';
import type { MediaStreams } from './media-streams.ts';
import { PacketRhythm } from './packet-rhythm.ts';
import { ProofOfLife } from './proof-of-life.ts';
import type { Requester } from './requester.ts';
import type { SessionIdentity } from './session-identity.ts';

export interface PlaybackOptions {
  readonly peer: string;
  readonly streams: MediaStreams;
  readonly reportsOverTcp: boolean;
  readonly requester: Requester;
  readonly identity: SessionIdentity;
  readonly methods: ReadonlySet<string>;
  readonly keepaliveUrl: string;
  readonly clock: Clock;
  readonly timeouts: SessionTimeouts;
  readonly deviations: DeviationLog;
  /** When the last byte came over the RTSP connection. */
  readonly lastReadMs: () => number;
  /** Runs timer callbacks; whatever is thrown inside ends the session. */
  readonly guard: (action: () => void) => void;
  /** Once, unless {@link Playback.stop} came first. */
  readonly onEnd: (error: RtspError, isFirstPacketMissing: boolean) => void;
}

export class Playback {
  readonly #options: PlaybackOptions;
  readonly #keepalive: KeepaliveMethods;
  readonly #tickMs: number;
  #ticker: Timer | undefined;
  #keepaliveTimer: Timer | undefined;
  #lastPacketMs: number;
  #lastTickMs: number;
  #nextReportMs: number;
  #byeDeadlineMs: number | undefined;
  /** When something came that is not video: sound, RTCP, a reply. */
  #lastOtherMs = 0;
  readonly #rhythm = new PacketRhythm();
  readonly #proofOfLife: ProofOfLife;
  #hasMedia = false;
  #isStopped = false;
  /** The camera answered 454 to a keepalive: believed only when media stops too. */
  #forgotten: RtspError | undefined;

  constructor(options: PlaybackOptions) {
    this.#options = options;
    this.#keepalive = new KeepaliveMethods(options.methods);
    const { silenceMs, firstPacketMs } = options.timeouts;
    const idealMs = options.streams.transportKind === 'tcp' ? TCP_TICK_MS : UDP_TICK_MS;
    this.#tickMs = Math.max(1, Math.min(idealMs, silenceMs / 4, firstPacketMs / 4));
    this.#lastPacketMs = nowMs(options.clock);
    this.#lastTickMs = this.#lastPacketMs;
    this.#nextReportMs = this.#lastPacketMs + FIRST_REPORT_MS;
    this.#proofOfLife = new ProofOfLife({ answerMs: options.timeouts.proofOfLifeMs, rhythm: this.#rhythm });
  }

  start(): void {
    this.#scheduleTick();
    // The first one comes early, since it tells whether this camera answers while it plays.
    this.#scheduleKeepalive(Math.min(FIRST_KEEPALIVE_MS, this.#keepaliveIntervalMs));
  }

  stop(): void {
    this.#isStopped = true;
    this.#ticker?.cancel();
    this.#keepaliveTimer?.cancel();
  }

  onVideoPacket(arrivalTimeUs: number): void {
    this.#lastPacketMs = arrivalTimeUs / 1_000;
    this.#hasMedia = true;
    this.#byeDeadlineMs = undefined;
    this.#rhythm.onPacket(this.#lastPacketMs);
    this.#proofOfLife.onPacket();
  }

  /** Sound or RTCP: no video, but a sign of life. */
  onOtherPacket(arrivalTimeUs: number): void {
    this.#lastOtherMs = arrivalTimeUs / 1_000;
  }

  /** RFC 3550 §6.6: the stream is over, unless packets go on. */
  onBye(): void {
    this.#byeDeadlineMs ??= nowMs(this.#options.clock) + BYE_GRACE_MS;
  }

  #scheduleTick(): void {
    if (this.#isStopped) return;
    const delayMs = this.#proofOfLife.isAsking ? Math.min(this.#tickMs, ASKING_TICK_MS) : this.#tickMs;
    this.#ticker = this.#options.clock.after(delayMs, () => {
      this.#options.guard(() => this.#tick(delayMs));
      this.#scheduleTick();
    });
  }

  #tick(delayMs: number): void {
    const { clock, streams, reportsOverTcp } = this.#options;
    const now = nowMs(clock);
    streams.tick(clock.nowUs());
    if ((streams.transportKind !== 'tcp' || reportsOverTcp) && now >= this.#nextReportMs) {
      streams.sendReports(clock.nowUs());
      this.#nextReportMs = now + REPORT_INTERVAL_MS * (0.8 + 0.2 * Math.random());
    }
    // When the event loop was held up, packets may be waiting in the socket: judge at the next tick.
    const wasHeldUp = now - this.#lastTickMs > 2 * delayMs + HELD_UP_MS;
    this.#lastTickMs = now;
    if (wasHeldUp) return;
    this.#checkLife(now);
    this.#checkSilence(now);
  }

  #checkLife(now: number): void {
    const { lastReadMs, peer } = this.#options;
    const heardMs = Math.max(this.#lastPacketMs, this.#lastOtherMs, lastReadMs());
    const verdict = this.#proofOfLife.check(now, heardMs);
    if (verdict === 'ask') void this.#sendKeepalive();
    if (verdict === 'dead') this.#end(new RtspError('connection-dead', DEAD, { peer }), false);
  }

  #checkSilence(now: number): void {
    const { timeouts, streams, peer } = this.#options;
    const silentMs = now - this.#lastPacketMs;
    const isFirst = !this.#hasMedia && streams.transportKind !== 'tcp';
    const isSilent = silentMs > (isFirst ? timeouts.firstPacketMs : timeouts.silenceMs);
    if (this.#forgotten !== undefined && (isSilent || this.#rhythm.isBroken(silentMs, FORGOTTEN_SILENCE_MS))) {
      this.#end(this.#forgotten, false);
    } else if (this.#byeDeadlineMs !== undefined && now > this.#byeDeadlineMs) {
      this.#end(new RtspError('closed-by-peer', 'The camera ended the stream', { peer }), false);
    } else if (isSilent) {
      const message = this.#hasMedia
        ? 'The camera stopped sending video'
        : 'The camera agreed to play but sent no video';
      this.#end(new RtspError('no-media', message, { peer }), isFirst);
    }
  }

  get #keepaliveIntervalMs(): number {
    return keepaliveIntervalMs(this.#options.identity.timeoutS);
  }

  #scheduleKeepalive(delayMs: number): void {
    if (this.#isStopped) return;
    this.#keepaliveTimer = this.#options.clock.after(delayMs, () => {
      this.#scheduleKeepalive(this.#keepaliveIntervalMs);
      void this.#sendKeepalive();
    });
  }

  /** Never fatal by itself: while media flows the session lives, and when it stops the watchdogs act. */
  async #sendKeepalive(): Promise<void> {
    const { requester, identity, keepaliveUrl, deviations, timeouts, peer, clock } = this.#options;
    const method = this.#keepalive.current;
    const timeoutMs = Math.min(timeouts.replyMs, this.#keepaliveIntervalMs);
    const sentMs = nowMs(clock);
    try {
      const response = await requester.request(method, keepaliveUrl, { fields: identity.fields, timeoutMs });
      this.#proofOfLife.onAnswer(nowMs(clock) - sentMs);
      identity.update(response);
      if (this.#isStopped) return;
      if (this.#keepalive.onStatus(response.statusCode)) {
        deviations.note('keepalive-refused', `The camera refuses ${method} as a keepalive; another request is used`);
      }
      const context = { peer, method, cSeq: requester.lastCSeq, statusCode: response.statusCode };
      this.#forgotten =
        response.statusCode === 454 ? new RtspError('session-not-found', FORGOTTEN, context) : undefined;
    } catch (error) {
      if (this.#isStopped || !(error instanceof RtspError)) return;
      deviations.note('keepalive-failed', 'The camera does not answer keepalive requests as it should');
    }
  }

  #end(error: RtspError, isFirstPacketMissing: boolean): void {
    if (this.#isStopped) return;
    this.stop();
    this.#options.onEnd(error, isFirstPacketMissing);
  }
}

const TCP_TICK_MS = 250;
const UDP_TICK_MS = 50;
const ASKING_TICK_MS = 125;
const HELD_UP_MS = 200;
const FIRST_REPORT_MS = 1_000;
const FIRST_KEEPALIVE_MS = 4_000;
/** Some cameras stop when reports come less often. */
const REPORT_INTERVAL_MS = 5_000;
const BYE_GRACE_MS = 5_000;
const FORGOTTEN_SILENCE_MS = 2_000;
const DEAD = 'The connection to the camera is dead: neither pictures nor answers come';
const FORGOTTEN = 'The camera has forgotten the session';
