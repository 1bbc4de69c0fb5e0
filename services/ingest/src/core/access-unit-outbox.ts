/**
 * Hands access units to the media bus as they arrive. If Redis is slow or away, it never queues for long: it drops up
 * to the next keyframe, counts the drops, and marks the first access unit after the gap.
 */
import type { SharedClock } from '@oriel/control';
import { type AccessUnitPublisher, MediaBusError, type MediaBusErrorCode } from '@oriel/media-bus';
import type { VideoAccessUnit } from '@oriel/rtsp-client';

export interface AccessUnitOutboxOptions {
  readonly publisher: Pick<AccessUnitPublisher, 'publish' | 'backlogBytes'>;
  readonly epoch: number;
  /** Converts arrival times: this process' own clock stamps them, but other hosts judge them. */
  readonly sharedClock: Pick<SharedClock, 'fromProcessUs'>;
  /** Monotonic clock. */
  readonly nowMs: () => number;
  readonly onPublished: (accessUnit: VideoAccessUnit) => void;
  readonly onDropped: (reason: DropReason) => void;
  /** The media bus refuses this epoch from now on: somebody else publishes the camera. */
  readonly onFenced: (error: MediaBusError) => void;
}

export type DropReason =
  /** Redis has too much of this camera still to acknowledge. */
  | 'backlog'
  /** Redis is away, or refused. */
  | 'redis'
  /** Redis has no memory left. */
  | 'redis-full'
  /** Larger than the media bus accepts. */
  | 'too-large'
  /** Cannot be decoded: access units since the last keyframe are missing. */
  | 'no-keyframe';

export class AccessUnitOutbox {
  readonly #options: AccessUnitOutboxOptions;
  /** Times at which the unacknowledged access units were handed over, oldest first. */
  readonly #inFlightSinceMs: number[] = [];
  #sequence = 0;
  #lastKeyframeSequence = 0;
  #needsKeyframe = true;
  #hasGap = true;
  #lostPackets = 0;
  #isClosed = false;

  constructor(options: AccessUnitOutboxOptions) {
    this.#options = options;
  }

  /** Call when a session starts: what it sends before its first keyframe cannot be decoded. */
  awaitKeyframe(): void {
    this.#needsKeyframe = true;
    this.#hasGap = true;
  }

  push(accessUnit: VideoAccessUnit): void {
    if (this.#isClosed) return;
    this.#lostPackets += accessUnit.lostPacketsBefore;
    if (this.#needsKeyframe && !accessUnit.isKeyframe) this.#drop('no-keyframe');
    else if (this.#isBehind(accessUnit.data.length)) this.#drop('backlog');
    else this.#publish(accessUnit);
  }

  /** Nothing is published from this moment on. */
  close(): void {
    this.#isClosed = true;
  }

  #publish(accessUnit: VideoAccessUnit): void {
    const sequence = this.#sequence++;
    if (accessUnit.isKeyframe) this.#lastKeyframeSequence = sequence;
    const { publisher, epoch, sharedClock, nowMs } = this.#options;
    const published = publisher.publish({
      ...accessUnit,
      epoch,
      sequence,
      arrivalTimeUs: sharedClock.fromProcessUs(accessUnit.arrivalTimeUs),
      lostPacketsBefore: this.#lostPackets,
      discontinuity: accessUnit.discontinuity || this.#hasGap,
    });
    this.#needsKeyframe = false;
    this.#hasGap = false;
    this.#lostPackets = 0;
    this.#inFlightSinceMs.push(nowMs());
    published.then(
      () => {
        this.#inFlightSinceMs.shift();
        this.#options.onPublished(accessUnit);
      },
      (error: unknown) => {
        this.#inFlightSinceMs.shift();
        this.#onRefused(error, sequence);
      },
    );
  }

  #isBehind(bytes: number): boolean {
    const [oldestMs] = this.#inFlightSinceMs;
    if (oldestMs === undefined) return false;
    const { publisher, nowMs } = this.#options;
    return publisher.backlogBytes + bytes > MAX_BACKLOG_BYTES || nowMs() - oldestMs > MAX_BACKLOG_MS;
  }

  #drop(reason: DropReason): void {
    this.#needsKeyframe = true;
    this.#hasGap = true;
    this.#options.onDropped(reason);
  }

  #onRefused(error: unknown, sequence: number): void {
    if (this.#isClosed) return;
    if (!(error instanceof MediaBusError)) throw error;
    if (error.code === 'fenced' || error.code === 'closed') {
      this.close();
      this.#options.onFenced(error);
      return;
    }
    // Unless a later keyframe is already on its way: decoding resumes there.
    if (sequence >= this.#lastKeyframeSequence) this.#needsKeyframe = true;
    this.#hasGap = true;
    this.#options.onDropped(DROP_REASONS[error.code] ?? 'redis');
  }
}

const DROP_REASONS: Partial<Record<MediaBusErrorCode, DropReason>> = { 'too-large': 'too-large', full: 'redis-full' };
/** A few keyframes of a large camera. */
const MAX_BACKLOG_BYTES = 8 * 1024 * 1024;
/** What Redis has not stored within this time is too old to be shown live. */
const MAX_BACKLOG_MS = 1000;
