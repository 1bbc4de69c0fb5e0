/** A session between PLAY and TEARDOWN: watches media and connection, and reports reception. */
import { nowMs, type Timer } from '../clock.ts';
import { RtspError } from '../rtsp-error.ts';
import type { AttemptScope } from './attempt-scope.ts';
import type { Keepalive } from './keepalive.ts';
import type { MediaStreams } from './media-streams.ts';
import type { ProofOfLife } from './proof-of-life.ts';
import type { RtspConnection } from './rtsp-connection.ts';

export class Playback {
  readonly #scope: AttemptScope;
  readonly #connection: RtspConnection;
  readonly #streams: MediaStreams;
  readonly #keepalive: Keepalive;
  readonly #proofOfLife: ProofOfLife;
  readonly #sendsReports: boolean;
  readonly #tickMs: number;
  #ticker: Timer | undefined;
  #isStopped = false;
  #startedMs = 0;
  #lastTickMs = 0;
  #nextReportMs = 0;
  /** The last video packet that {@link ProofOfLife} knows of. */
  #knownVideoMs: number | undefined;

  /** @param reportsOverTcp As the option of the session. */
  constructor(
    scope: AttemptScope,
    connection: RtspConnection,
    streams: MediaStreams,
    keepalive: Keepalive,
    proofOfLife: ProofOfLife,
    reportsOverTcp: boolean,
  ) {
    this.#scope = scope;
    this.#connection = connection;
    this.#streams = streams;
    this.#keepalive = keepalive;
    this.#proofOfLife = proofOfLife;
    const isTcp = streams.transportKind === 'tcp';
    this.#sendsReports = !isTcp || reportsOverTcp;
    const { silenceMs, firstPacketMs } = scope.timeouts;
    this.#tickMs = Math.max(1, Math.min(isTcp ? TCP_TICK_MS : UDP_TICK_MS, silenceMs / 4, firstPacketMs / 4));
  }

  start(): void {
    this.#startedMs = nowMs(this.#scope.clock);
    this.#lastTickMs = this.#startedMs;
    this.#nextReportMs = this.#startedMs + FIRST_REPORT_MS;
    this.#scheduleTick();
    this.#keepalive.start();
  }

  stop(): void {
    this.#isStopped = true;
    this.#ticker?.cancel();
    this.#keepalive.stop();
  }

  #scheduleTick(): void {
    if (this.#isStopped) return;
    const delayMs = this.#proofOfLife.isAsking ? Math.min(this.#tickMs, ASKING_TICK_MS) : this.#tickMs;
    this.#ticker = this.#scope.clock.after(delayMs, () => {
      try {
        this.#tick(delayMs);
      } catch (error) {
        this.#scope.ending.failByBug(error);
      }
      this.#scheduleTick();
    });
  }

  #tick(delayMs: number): void {
    const { clock } = this.#scope;
    const now = nowMs(clock);
    this.#streams.tick(clock.nowUs());
    if (this.#sendsReports && now >= this.#nextReportMs) {
      this.#streams.sendReports(clock.nowUs());
      this.#nextReportMs = now + REPORT_INTERVAL_MS * (0.8 + 0.2 * Math.random());
    }
    // If the event loop was blocked, packets may be waiting in the socket: judge at the next tick.
    const wasHeldUp = now - this.#lastTickMs > 2 * delayMs + HELD_UP_MS;
    this.#lastTickMs = now;
    if (wasHeldUp) return;
    this.#checkLife(now);
    this.#checkSilence(now);
  }

  #checkLife(now: number): void {
    const { lastVideoMs, lastOtherMs } = this.#streams.arrivals;
    if (lastVideoMs !== this.#knownVideoMs) this.#proofOfLife.onPacket();
    this.#knownVideoMs = lastVideoMs;
    const lastReadMs = this.#connection.lastReadUs / 1_000;
    const heardMs = Math.max(lastVideoMs ?? this.#startedMs, lastOtherMs, lastReadMs);
    const verdict = this.#proofOfLife.check(now, heardMs);
    if (verdict === 'ask') void this.#keepalive.send();
    if (verdict !== 'dead') return;
    this.#streams.flush();
    this.#end(new RtspError('connection-dead', DEAD, { peer: this.#scope.peer }));
  }

  #checkSilence(now: number): void {
    const { timeouts, peer } = this.#scope;
    const { lastVideoMs, byeMs, rhythm } = this.#streams.arrivals;
    const { forgotten } = this.#keepalive;
    const { transportKind = 'tcp' } = this.#streams;
    const silentMs = now - (lastVideoMs ?? this.#startedMs);
    const isFirstMissing = lastVideoMs === undefined && transportKind !== 'tcp';
    const isSilent = silentMs > (isFirstMissing ? timeouts.firstPacketMs : timeouts.silenceMs);
    if (forgotten !== undefined && (isSilent || rhythm.isBroken(silentMs, FORGOTTEN_SILENCE_MS))) {
      this.#end(forgotten);
    } else if (byeMs !== undefined && now > byeMs + BYE_GRACE_MS) {
      this.#end(new RtspError('closed-by-peer', 'The camera ended the stream', { peer }));
    } else if (isSilent) {
      const error = new RtspError('no-media', lastVideoMs === undefined ? NO_MEDIA : MEDIA_STOPPED, { peer });
      if (!isFirstMissing) this.#end(error);
      else this.#scope.ending.request({ kind: 'transport-refused', transport: transportKind, error });
    }
  }

  #end(error: RtspError): void {
    this.#scope.ending.fail(error);
  }
}

const TCP_TICK_MS = 250;
const UDP_TICK_MS = 50;
const ASKING_TICK_MS = 125;
const HELD_UP_MS = 200;
const FIRST_REPORT_MS = 1_000;
/** Some cameras stop when reports come less often. */
const REPORT_INTERVAL_MS = 5_000;
const BYE_GRACE_MS = 5_000;
const FORGOTTEN_SILENCE_MS = 2_000;
const DEAD = 'The connection to the camera is dead: neither pictures nor answers come';
const MEDIA_STOPPED = 'The camera stopped sending video';
const NO_MEDIA = 'The camera agreed to play but sent no video';
