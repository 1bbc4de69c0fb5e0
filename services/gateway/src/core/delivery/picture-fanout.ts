/** Holds one subscription to the media bus per camera and rendition, however many viewers it has. */
import type { SharedClock, Want } from '@oriel/control';
import type { JpegFrame, MediaBus, Subscription } from '@oriel/media-bus';
import { isLater, type Rendition, renditionId } from '@oriel/model';
import type { CameraDirectory } from '../cameras/camera-directory.ts';
import type { DeliveryMeter, FrameRefusal } from './delivery-meter.ts';
import type { DemandKeeper } from './demand-keeper.ts';
import { CLOCK_AND_NETWORK_ALLOWANCE_MS, type LiveFrame, lateByMs, toLiveFrame } from './live-frame.ts';
import { chooseRendition, type RenditionRequest, type RenditionSource } from './rendition-ladder.ts';

export type FrameListener = (frame: LiveFrame) => void;

export interface PictureFanoutDeps {
  readonly bus: Pick<MediaBus, 'subscribeJpegs'>;
  readonly sharedClock: Pick<SharedClock, 'nowMs'>;
  /** Monotonic clock. */
  readonly nowMs: () => number;
  readonly meter: Pick<DeliveryMeter, 'frameRefused'>;
  /** Publishes which renditions transcoders have to make for this gateway. */
  readonly demand: Pick<DemandKeeper, 'want'>;
  readonly cameras: Pick<CameraDirectory, 'watched' | 'pictureCame' | 'awaitPictures'>;
}

/**
 * After this silence any next frame is accepted. Epochs start at the Unix time, so they fall back only when the control Redis lost its data
 * and its clock was set back too. After three silent seconds no writer of the higher epoch is left.
 */
const FORGET_ORDER_AFTER_MS = 3_000;

export class PictureFanout {
  readonly #deps: PictureFanoutDeps;
  readonly #feeds = new Map<string, Feed>();

  constructor(deps: PictureFanoutDeps) {
    this.#deps = deps;
  }

  /**
   * Delivers every accepted frame from now on, and the last one at once unless it is too old.
   * @returns unsubscribes; calling it again does nothing
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
      this.#wantsChanged();
    };
  }

  /** The best rendition for this request, shared with other viewers where possible. */
  renditionFor(camera: RenditionSource & { readonly id: string }, request: RenditionRequest): Rendition {
    const inUse = [...this.#feeds.values()].filter(({ cameraId }) => cameraId === camera.id);
    return chooseRendition(
      request,
      camera,
      inUse.map(({ rendition }) => rendition),
    );
  }

  /** Renditions that have listeners now. */
  wants(): readonly Want[] {
    return [...this.#feeds.values()].map(({ cameraId, rendition }) => ({ cameraId, rendition }));
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
    this.#wantsChanged();
    return feed;
  }

  #wantsChanged(): void {
    const wants = this.wants();
    this.#deps.cameras.awaitPictures(new Set(wants.map(({ cameraId }) => cameraId)));
    this.#deps.demand.want(wants);
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
    this.#deps.cameras.pictureCame(feed.cameraId);
    for (const listener of feed.listeners) listener(frame);
  }

  #refusal(feed: Feed, epoch: number, frame: LiveFrame, nowMs: number): FrameRefusal | undefined {
    if (!this.#isFresh(frame)) return 'late';
    if (feed.lastFrameAtMs === undefined || nowMs - feed.lastFrameAtMs > FORGET_ORDER_AFTER_MS) return undefined;
    if (epoch < feed.epoch) return 'older-epoch';
    return feed.last === undefined || isLater(frame, feed.last) ? undefined : 'not-newer';
  }

  #isFresh(frame: LiveFrame): boolean {
    const { sharedClock, cameras } = this.#deps;
    const maxLatencyMs = cameras.watched(frame.cameraId)?.maxLatencyMs ?? 0;
    return lateByMs(frame, sharedClock.nowMs()) <= maxLatencyMs + CLOCK_AND_NETWORK_ALLOWANCE_MS;
  }
}

interface Feed {
  readonly cameraId: string;
  readonly renditionId: string;
  readonly rendition: Rendition;
  readonly listeners: Set<FrameListener>;
  subscription: Subscription | undefined;
  /** The transcoder's lease epoch of the last accepted frame. */
  epoch: number;
  last: LiveFrame | undefined;
  lastFrameAtMs: number | undefined;
}
