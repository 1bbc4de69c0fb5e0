/** Collects what is known of a camera while it is held, and derives its status. */

import type { CameraStatus, SharedClock } from '@oriel/control';
import type { AccessUnitPublisher } from '@oriel/media-bus';
import type { CameraState, VideoCodec } from '@oriel/model';
import type { RtspSession, VideoAccessUnit } from '@oriel/rtsp-client';
import type { DropReason } from './access-unit-outbox.ts';
import { StreamMeter } from './stream-meter.ts';

export interface CameraReportOptions {
  readonly cameraId: string;
  readonly instanceId: string;
  readonly epoch: number;
  readonly publisher: Pick<AccessUnitPublisher, 'retention'>;
  readonly sharedClock: Pick<SharedClock, 'nowMs'>;
  /** Monotonic clock. */
  readonly nowMs: () => number;
}

type Details = Partial<Pick<CameraStatus, 'codec' | 'width' | 'height' | 'transport'>>;
type Failure = Pick<CameraStatus, 'reason' | 'reasonCode' | 'nextAttemptAtMs'>;

export class CameraReport {
  readonly #options: CameraReportOptions;
  #state: CameraState = 'connecting';
  #sinceMs: number;
  #failure: Failure = {};
  #details: Details = {};
  #meter = new StreamMeter();
  #session: Pick<RtspSession, 'stats'> | undefined;
  #firstPictureAtMs: number | undefined;
  #lastPictureAtMs: number | undefined;
  #droppedAtMs = Number.NEGATIVE_INFINITY;
  #fullAtMs = Number.NEGATIVE_INFINITY;
  #foreignAtMs = Number.NEGATIVE_INFINITY;
  #attempts = 0;
  #lostPackets = 0;

  constructor(options: CameraReportOptions) {
    this.#options = options;
    this.#sinceMs = Math.round(options.sharedClock.nowMs());
  }

  /** How long the current or last session has delivered pictures. */
  get mediaMs(): number {
    return (this.#lastPictureAtMs ?? 0) - (this.#firstPictureAtMs ?? 0);
  }

  /** An attempt starts. An offline camera stays offline, with its reason, until it shows a picture. */
  connecting(): void {
    this.#attempts++;
    this.#meter = new StreamMeter();
    this.#firstPictureAtMs = undefined;
    this.#lastPictureAtMs = undefined;
    const { reason, reasonCode } = this.#failure;
    this.#failure = {
      ...(reason === undefined ? {} : { reason }),
      ...(reasonCode === undefined ? {} : { reasonCode }),
    };
  }

  opened(session: Pick<RtspSession, 'stats'>): void {
    this.#session = session;
  }

  playing(transport: NonNullable<CameraStatus['transport']>, codec: VideoCodec): void {
    this.#details = { ...this.#details, transport, codec };
  }

  /** @returns whether the state changed */
  video({ codec, width, height, data, isKeyframe }: VideoAccessUnit): boolean {
    const nowMs = this.#options.nowMs();
    this.#meter.add(nowMs, data.length, isKeyframe);
    this.#lastPictureAtMs = nowMs;
    if (isKeyframe) this.#firstPictureAtMs ??= nowMs;
    if (width > 0) this.#details = { ...this.#details, codec, width, height };
    if (this.#state === 'live' || this.#firstPictureAtMs === undefined) return false;
    this.#failure = {};
    this.#enter('live');
    return true;
  }

  /** An access unit was lost between here and Redis. */
  dropped(reason: DropReason): void {
    this.#droppedAtMs = this.#options.nowMs();
    if (reason === 'redis-full') this.#fullAtMs = this.#droppedAtMs;
  }

  /** Something that no holder of the lease had written was removed from the camera's stream. */
  foreign(): void {
    this.#foreignAtMs = this.#options.nowMs();
  }

  /** @param nextAttemptInMs delay from now */
  offline(reasonCode: string, reason: string, nextAttemptInMs: number): void {
    this.#lostPackets += this.#session?.stats().lostPackets ?? 0;
    this.#session = undefined;
    const nextAttemptAtMs = Math.round(this.#options.sharedClock.nowMs() + nextAttemptInMs);
    this.#failure = { reasonCode, reason, nextAttemptAtMs };
    this.#enter('offline');
  }

  status(): CameraStatus {
    const nowMs = this.#options.nowMs();
    this.#noticeStall(nowMs);
    const { cameraId, instanceId, epoch } = this.#options;
    const { framerate, bitrateKbps, keyframeIntervalMs, gopBytes } = this.#meter.measure(nowMs);
    const warning = this.#warning(nowMs, gopBytes);
    return {
      cameraId,
      state: this.#state,
      ...this.#failure,
      ...(warning === undefined ? {} : { warning }),
      ...this.#details,
      ...(this.#state === 'live' ? { framerate, bitrateKbps } : {}),
      ...(this.#state === 'live' && keyframeIntervalMs !== undefined ? { keyframeIntervalMs } : {}),
      reconnects: Math.max(0, this.#attempts - 1),
      lostPackets: this.#lostPackets + (this.#session?.stats().lostPackets ?? 0),
      sinceMs: this.#sinceMs,
      instanceId,
      epoch,
    };
  }

  #noticeStall(nowMs: number): void {
    if (this.#state !== 'live' || this.#lastPictureAtMs === undefined) return;
    // A camera that sends a picture every five seconds does so on purpose.
    const patienceMs = Math.max(STALL_MS, PATIENCE * (this.#meter.meanIntervalMs(this.#lastPictureAtMs) ?? 0));
    if (nowMs - this.#lastPictureAtMs < patienceMs) return;
    this.#failure = { reasonCode: 'stalled', reason: 'The camera is connected but sends no pictures at the moment.' };
    this.#enter('stalled');
  }

  #warning(nowMs: number, gopBytes: number): string | undefined {
    if (nowMs - this.#fullAtMs < FULL_WARNING_MS) return FULL;
    if (nowMs - this.#droppedAtMs < WARNING_MS) return 'Pictures are being lost on their way to Redis (media).';
    if (nowMs - this.#foreignAtMs < FOREIGN_WARNING_MS) return FOREIGN;
    const { holdsWholeGop, bufferSizeBytes } = this.#options.publisher.retention;
    if (this.#state !== 'live' || holdsWholeGop) return undefined;
    return (
      `buffer_size (${bufferSizeBytes} bytes) cannot hold the video from one keyframe to the next (about ${gopBytes} bytes): ` +
      'new viewers wait for the next keyframe. Let the camera send keyframes more often or fewer bits, or raise buffer_size.'
    );
  }

  #enter(state: CameraState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#sinceMs = Math.round(this.#options.sharedClock.nowMs());
  }
}

const STALL_MS = 3000;
/** A camera that sends slowly counts as stalled after this many of its mean intervals. */
const PATIENCE = 3;
const WARNING_MS = 5000;
/** Longer than other warnings: Redis fills up again with each GOP, and memory does not grow on its own. */
const FULL_WARNING_MS = 30_000;
const FULL =
  'Redis (media) has no memory left for all cameras, so pictures are lost. Give it more (maxmemory; ORIEL_MEDIA_MEMORY in Compose), ' +
  'or let the cameras send keyframes more often or fewer bits.';
/** Long enough to be seen by someone who looks because a picture has jumped. */
const FOREIGN_WARNING_MS = 60_000;
const FOREIGN =
  'Some other program has written into the pictures of this camera in Redis (media); that was removed. ' +
  'See who else has its password: the log of ingest names the key.';
