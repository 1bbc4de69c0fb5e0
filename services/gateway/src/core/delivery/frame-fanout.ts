/** One subscription to the media bus per camera and rendition, however many viewers it has. */
import type { SharedClock } from '@oriel/control';
import { type JpegFrame, type MediaBus, type Subscription } from '@oriel/media-bus';
import { type Rendition, renditionId } from '@oriel/model';
import type { DeliveryMeter, FrameRefusal } from './delivery-meter.ts';
import { CLOCK_AND_NETWORK_ALLOWANCE_MS, isNewer, type LiveFrame, lateByMs, toLiveFrame } from './live-frame.ts';

export type FrameListener = (frame: LiveFrame) => void;

export interface FanoutWant {
  readonly cameraId: string;
  readonly rendition: Rendition;
  /** When its latest frame arrived, by the monotonic clock; undefined before the first. */
  readonly lastFrameAtMs: number | undefined;
}

export interface FrameFanoutDeps {
  readonly bus: Pick<MediaBus, 'subscribeJpegs'>;
  readonly sharedClock: Pick<SharedClock, 'nowMs'>;
  /** Monotonic. */
  readonly nowMs: () => number;
  readonly meter: DeliveryMeter;
  /** `max_latency_ms` of a camera. */
  readonly maxLatencyMs: (cameraId: string) => number;
  /** Told of each frame that was accepted. */
  readonly onPicture: (cameraId: string) => void;
}

/**
 * After this silence the order starts anew. Epochs are lower than before when the control Redis has lost those that it granted while its
 * clock was ahead; and a stranger's picture may have had a higher one.
 */
const FORGET_ORDER_AFTER_MS = 3_000;

export class FrameFanout {
  readonly #deps: FrameFanoutDeps;
  readonly #feeds = new Map<string, Feed>();
  #onWantsChange: () => void = () => undefined;

  constructor(deps: FrameFanoutDeps) {
    this.#deps = deps;
  }

  /**
   * Delivers every acceptable frame from now on; the last one at once, unless it is too old by now.
   * @returns ends the deliveries; calling it again does nothing
   */
  subscribe(cameraId: string, rendition: Rendition, onFrame: FrameListener): () => void {
    const id = renditionId(rendition);
    const key = `${cameraId}/${id}`;
    const feed = this.#feeds.get(key) ?? this.#open(key, cameraId, id, rendition);
    // Wrapped, so that the same function may listen twice.
    const listener: FrameListener = (frame) => onFrame(frame);
    feed.listeners.add(listener);
    const last = feed.last;
    if (last !== undefined && this.#isFresh(last)) listener(last);
    return () => {
      if (!feed.listeners.delete(listener) || feed.listeners.size > 0) return;
      this.#feeds.delete(key);
      feed.subscription?.close();
      this.#onWantsChange();
    };
  }

  /** Called after each change of {@link wants}; one listener, the keeper of this gateway's demand. */
  onWantsChange(listener: () => void): void {
    this.#onWantsChange = listener;
  }

  wants(): readonly FanoutWant[] {
    return [...this.#feeds.values()].map(({ cameraId, rendition, lastFrameAtMs }) => ({
      cameraId,
      rendition,
      lastFrameAtMs,
    }));
  }

  renditionsOf(cameraId: string): readonly Rendition[] {
    return [...this.#feeds.values()].filter((feed) => feed.cameraId === cameraId).map((feed) => feed.rendition);
  }

  #open(key: string, cameraId: string, id: string, rendition: Rendition): Feed {
    const feed: Feed = {
      cameraId,
      renditionId: id,
      rendition,
      listeners: new Set(),
      subscription: undefined,
      epoch: 0,
      last: undefined,
      lastFrameAtMs: undefined,
    };
    this.#feeds.set(key, feed);
    feed.subscription = this.#deps.bus.subscribeJpegs(cameraId, rendition, (frame) => this.#onFrame(feed, frame));
    this.#onWantsChange();
    return feed;
  }

  #onFrame(feed: Feed, jpeg: JpegFrame): void {
    const nowMs = this.#deps.nowMs();
    const frame = toLiveFrame(feed.cameraId, feed.renditionId, jpeg);
    const refusal = this.#refusal(feed, jpeg.epoch, frame, nowMs);
    if (refusal !== undefined) {
      this.#deps.meter.frameRefused(refusal);
      return;
    }
    feed.epoch = jpeg.epoch;
    feed.last = frame;
    feed.lastFrameAtMs = nowMs;
    this.#deps.onPicture(feed.cameraId);
    for (const listener of feed.listeners) listener(frame);
  }

  #refusal(feed: Feed, epoch: number, frame: LiveFrame, nowMs: number): FrameRefusal | undefined {
    if (!this.#isFresh(frame)) return 'late';
    if (feed.lastFrameAtMs === undefined || nowMs - feed.lastFrameAtMs > FORGET_ORDER_AFTER_MS) return undefined;
    if (epoch < feed.epoch) return 'older-epoch';
    return feed.last === undefined || isNewer(frame, feed.last) ? undefined : 'not-newer';
  }

  #isFresh(frame: LiveFrame): boolean {
    const { sharedClock, maxLatencyMs } = this.#deps;
    return lateByMs(frame, sharedClock.nowMs()) <= maxLatencyMs(frame.cameraId) + CLOCK_AND_NETWORK_ALLOWANCE_MS;
  }
}

interface Feed {
  readonly cameraId: string;
  readonly renditionId: string;
  readonly rendition: Rendition;
  readonly listeners: Set<FrameListener>;
  subscription: Subscription | undefined;
  /** Transcoder's lease epoch of the latest frame accepted. */
  epoch: number;
  last: LiveFrame | undefined;
  lastFrameAtMs: number | undefined;
}
