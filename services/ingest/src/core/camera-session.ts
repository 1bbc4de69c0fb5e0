/**
 * Serves one camera while this process holds its lease: opens the RTSP session, publishes what arrives, reports the
 * status, and reconnects when the session ends. Nothing that a camera does ends this; only the lease does.
 */

import { isDeepStrictEqual } from 'node:util';
import { type CameraStatusBoard, ControlError, type Lease, type SharedClock } from '@oriel/control';
import type { AccessUnitPublisher, ForeignEntry, MediaBus, MediaBusError } from '@oriel/media-bus';
import type { CameraSettings } from '@oriel/model';
import { BurstReporter, type Logger } from '@oriel/observability';
import {
  ReconnectPolicy,
  RtspError,
  type RtspSession,
  type RtspSessionOptions,
  type SessionEvent,
  type VideoAccessUnit,
} from '@oriel/rtsp-client';
import { AccessUnitOutbox, type DropReason } from './access-unit-outbox.ts';
import { CameraReport } from './camera-report.ts';
import type { IngestMetrics } from './ingest-metrics.ts';
import { pause } from './pause.ts';
import { plainWords } from './plain-words.ts';
import { StatusReporter } from './status-reporter.ts';
import { UnhurriedDelivery } from './unhurried-delivery.ts';
import type { WatchedCameras } from './watched-cameras.ts';

export interface CameraSessionDeps {
  readonly openSession: (options: RtspSessionOptions) => Promise<RtspSession>;
  readonly bus: Pick<MediaBus, 'accessUnitPublisher'>;
  readonly statusBoard: Pick<CameraStatusBoard, 'publish'>;
  readonly metrics: IngestMetrics;
  readonly logger: Logger;
  readonly instanceId: string;
  readonly sharedClock: SharedClock;
  readonly watchedCameras: Pick<WatchedCameras, 'isWatched'>;
  /** Monotonic clock. */
  readonly nowMs: () => number;
}

export class CameraSession {
  readonly #deps: CameraSessionDeps;
  #camera: CameraSettings;
  readonly #lease: Lease;
  readonly #report: CameraReport;
  readonly #reporter: StatusReporter;
  readonly #publisher: AccessUnitPublisher;
  readonly #outbox: AccessUnitOutbox;
  readonly #delivery: UnhurriedDelivery;
  #reconnect: ReconnectPolicy;
  readonly #drops = new Map<DropReason, BurstReporter>();
  readonly #logger: Logger;
  /** True once the lease is over, or the media bus says that somebody else publishes. */
  #isOver = false;
  /** Aborted when the current attempt must end: the camera's source has changed, or everything is over. */
  #attempt = new AbortController();
  #lastCode: string | undefined;
  #fencedBy: MediaBusError | undefined;

  constructor(deps: CameraSessionDeps, camera: CameraSettings, lease: Lease) {
    this.#deps = deps;
    this.#camera = camera;
    this.#lease = lease;
    this.#logger = deps.logger.child({ cameraId: camera.id, epoch: lease.epoch });
    const publisher = deps.bus.accessUnitPublisher(camera.id, {
      bufferSizeBytes: camera.bufferSizeBytes,
      right: { lease, onForeign: (foreign) => this.#onForeign(foreign) },
    });
    this.#publisher = publisher;
    const { instanceId, sharedClock, nowMs } = deps;
    const { epoch } = lease;
    this.#report = new CameraReport({ cameraId: camera.id, instanceId, epoch, publisher, sharedClock, nowMs });
    this.#reporter = new StatusReporter({ board: deps.statusBoard, logger: this.#logger });
    this.#reconnect = new ReconnectPolicy({ ceilingMs: camera.source.reconnectIntervalMs });
    this.#outbox = new AccessUnitOutbox({
      publisher,
      epoch,
      sharedClock,
      nowMs,
      onPublished: ({ data, isKeyframe }) => {
        deps.metrics.published(camera.id, data.length);
        if (isKeyframe) lease.markReady();
      },
      onDropped: (reason) => this.#onDropped(reason),
      onFenced: (error) => {
        this.#fencedBy = error;
        this.#end();
      },
    });
    this.#delivery = new UnhurriedDelivery({
      isWatched: () => deps.watchedCameras.isWatched(camera.id),
      deliver: (accessUnit) => this.#outbox.push(accessUnit),
      mayDeliver: () => this.#isCurrent(),
      nowMs,
    });
  }

  /**
   * Resolves when the lease is over and the camera's session is closed. Rejects if another publisher took the camera
   * over.
   */
  async run(): Promise<void> {
    const onLeaseOver = () => {
      this.#outbox.close();
      this.#end();
    };
    this.#lease.signal.addEventListener('abort', onLeaseOver, { once: true });
    if (this.#lease.signal.aborted) onLeaseOver();
    const ticker = setInterval(() => this.#tick(), TICK_MS);
    try {
      while (!this.#isOver) await this.#connect();
    } finally {
      clearInterval(ticker);
      this.#delivery.close();
      this.#announceMove();
      this.#lease.signal.removeEventListener('abort', onLeaseOver);
      for (const drops of this.#drops.values()) drops.close();
      await this.#reporter.settled();
      this.#deps.metrics.released(this.#camera.id);
    }
    if (this.#fencedBy !== undefined && !this.#lease.signal.aborted) throw this.#fencedBy;
  }

  /**
   * Applies changed settings. Only a changed source ends the running session. The next session starts at once under the
   * same lease and epoch, so that viewers see one camera continue.
   */
  update(camera: CameraSettings): void {
    const before = this.#camera;
    this.#camera = camera;
    this.#publisher.setBufferSize(camera.bufferSizeBytes);
    if (isDeepStrictEqual(before.source, camera.source)) return;
    this.#logger.info('the source of the camera has changed');
    this.#lastCode = undefined;
    this.#reconnect = new ReconnectPolicy({ ceilingMs: camera.source.reconnectIntervalMs });
    this.#attempt.abort();
  }

  #end(): void {
    this.#isOver = true;
    this.#attempt.abort();
  }

  /** Runs one session from start to end, then pauses before the next. */
  async #connect(): Promise<void> {
    this.#attempt = new AbortController();
    const { signal } = this.#attempt;
    this.#report.connecting();
    this.#tick();
    const error = await this.#playUntilItEnds(signal);
    if (signal.aborted) return;

    // Many cameras accept only one connection: whoever has it keeps the camera.
    if (this.#lease.isSuccessor) throw error ?? new Error(`camera ${this.#camera.id} ended the second session`);
    const code = error?.code ?? 'closed-by-peer';
    // Media servers answer 404 until their source is up, which is no reason to wait longer than for a camera that
    // boots.
    const cause = error?.code === 'not-found' ? undefined : error;
    const delayMs = Math.round(this.#reconnect.next({ error: cause, mediaMs: this.#report.mediaMs }));
    const reason = error === undefined ? 'The camera ended the session.' : plainWords(error, this.#camera.source);
    this.#deps.metrics.reconnected(this.#camera.id, code);
    // A camera that stays offline for the same reason logs one line, not one per attempt.
    this.#logger[code === this.#lastCode ? 'debug' : 'warn']({ err: error, code, nextAttemptInMs: delayMs }, reason);
    this.#lastCode = code;
    this.#report.offline(code, reason, delayMs);
    this.#tick();
    await pause(delayMs, signal);
  }

  /**
   * Returns why the session ended or could not be opened; undefined if we ended it, or the camera did without a reason.
   */
  async #playUntilItEnds(signal: AbortSignal): Promise<RtspError | undefined> {
    const { source } = this.#camera;
    this.#delivery.flush();
    this.#outbox.awaitKeyframe();
    let session: RtspSession;
    try {
      session = await this.#deps.openSession({
        url: source.url,
        ...(source.credentials === undefined ? {} : { credentials: source.credentials }),
        transport: source.transport,
        ...(source.tls === undefined ? {} : { tls: source.tls }),
        signal,
        onVideo: (accessUnit) => this.#onVideo(accessUnit),
        onEvent: (event) => this.#onEvent(event),
        consumerBacklogBytes: () => this.#publisher.backlogBytes,
      });
    } catch (error) {
      if (error instanceof RtspError) return error;
      throw error;
    }
    this.#report.opened(session);
    return await this.#untilEnded(session, signal);
  }

  /** Closes the session in order on abort, so that the camera frees the connection at once. */
  async #untilEnded(session: RtspSession, signal: AbortSignal): Promise<RtspError | undefined> {
    let closing: Promise<void> | undefined;
    const close = () => {
      closing = session.close();
    };
    signal.addEventListener('abort', close, { once: true });
    if (signal.aborted) close();
    const error = await session.ended;
    signal.removeEventListener('abort', close);
    await closing;
    return error;
  }

  #onEvent(event: SessionEvent): void {
    if (event.type === 'playing') this.#report.playing(event.transport, event.codec);
    this.#logger.info(event, 'camera session');
  }

  #onVideo(accessUnit: VideoAccessUnit): void {
    if (!this.#isCurrent()) return;
    if (accessUnit.lostPacketsBefore > 0) this.#deps.metrics.lost(this.#camera.id, accessUnit.lostPacketsBefore);
    this.#delivery.push(accessUnit);
    if (!this.#report.video(accessUnit)) return;
    this.#lastCode = undefined;
    this.#tick();
  }

  /** After the process was paused, this may run before the signal that the lease is over. */
  #isCurrent(): boolean {
    try {
      this.#lease.assertCurrent();
      return true;
    } catch (error) {
      if (!this.#lease.signal.aborted) throw error;
      return false;
    }
  }

  #onForeign({ key, found }: ForeignEntry): void {
    this.#logger.warn({ key, found }, 'removed what a stranger has written into the stream of this camera');
    this.#report.foreign();
    this.#tick();
  }

  #onDropped(reason: DropReason): void {
    this.#deps.metrics.dropped(this.#camera.id, reason);
    if (reason === 'no-keyframe') return;
    this.#report.dropped(reason);
    let drops = this.#drops.get(reason);
    if (drops === undefined) {
      drops = new BurstReporter({
        report: (count) => this.#logger.warn({ reason, count }, 'access units dropped on their way to Redis (media)'),
      });
      this.#drops.set(reason, drops);
    }
    drops.add();
  }

  /**
   * For a camera that cannot be handed over while watched, since it takes no second connection: says that it is moving.
   */
  #announceMove(): void {
    const { signal, isSuccessor } = this.#lease;
    if (isSuccessor || !isHandedBack(signal.reason) || this.#report.status().state !== 'live') return;
    this.#report.offline('moving', MOVING, 0);
    this.#reporter.publish(this.#report.status());
  }

  #tick(): void {
    if (this.#lease.signal.aborted) return;
    const status = this.#report.status();
    if (status.state !== 'live') this.#lease.markIdle();
    // Until the lease has passed, its old holder reports for the camera. A status of this epoch would silence it.
    if (this.#lease.isSuccessor) return;
    this.#deps.metrics.live(this.#camera.id, status.state === 'live');
    this.#reporter.publish(status);
  }
}

function isHandedBack(reason: unknown): boolean {
  return reason instanceof ControlError && reason.code === 'lease-handed-back';
}

const MOVING =
  'The camera takes no second connection: it is moving to another process, and its picture is back in a moment.';

/** Also bounds how soon a stall is noticed. */
const TICK_MS = 1000;
