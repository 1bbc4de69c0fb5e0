/**
 * One viewer: which cameras it watches, and when each next picture goes out.
 *
 * A viewer has a small credit of frames of a camera under way ({@link FrameCredit}); the client's acknowledgement gives one
 * back. What comes while all are out replaces what waits, so a slow line gets fewer pictures, never older ones.
 * Until its first acknowledgement a client is taken for one that never sends any, and its transport's sign of life counts instead.
 */
import type { SharedClock } from '@oriel/control';
import { type Rendition, renditionId } from '@oriel/model';
import type { WatchRequest } from '@oriel/stream-protocol';
import type { DeliveryMeter } from './delivery-meter.ts';
import { FrameCredit } from './frame-credit.ts';
import type { FrameFanout } from './frame-fanout.ts';
import { ageMs, CLOCK_AND_NETWORK_ALLOWANCE_MS, type LiveFrame } from './live-frame.ts';
import { NewestFrame } from './newest-frame.ts';
import { chooseRendition, type RenditionSource } from './rendition-ladder.ts';
import type { ViewerConnection } from './viewer-connection.ts';

export interface ViewerDeps {
  readonly connection: ViewerConnection;
  readonly fanout: FrameFanout;
  readonly sharedClock: Pick<SharedClock, 'nowMs'>;
  /** Monotonic. */
  readonly nowMs: () => number;
  readonly meter: DeliveryMeter;
}

/** What the viewer has to know of a camera. */
export interface WatchedCamera extends RenditionSource {
  readonly id: string;
  readonly maxLatencyMs: number;
}

export class Viewer {
  readonly #deps: ViewerDeps;
  /** In the order in which they get the line next. */
  readonly #deliveries = new Map<string, Delivery>();
  #acknowledges = false;
  #isClosed = false;

  constructor(deps: ViewerDeps) {
    this.#deps = deps;
  }

  get cameraIds(): readonly string[] {
    return [...this.#deliveries.keys()];
  }

  isWatching(cameraId: string): boolean {
    return this.#deliveries.has(cameraId);
  }

  /**
   * Starts sending a camera, or changes its rendition: then the old one goes on until the new one's first frame.
   * @returns the id of the rendition chosen
   */
  watch(camera: WatchedCamera, request: Omit<WatchRequest, 'camera'>): string {
    const rendition = chooseRendition(request, camera, this.#deps.fanout.renditionsOf(camera.id));
    const id = renditionId(rendition);
    if (this.#isClosed) return id;

    let delivery = this.#deliveries.get(camera.id);
    if (delivery === undefined) {
      delivery = {
        newest: new NewestFrame(camera.maxLatencyMs + CLOCK_AND_NETWORK_ALLOWANCE_MS),
        credit: new FrameCredit(),
        isEnded: false,
        current: undefined,
        next: undefined,
      };
      this.#deliveries.set(camera.id, delivery);
    }
    this.#changeRendition(delivery, camera.id, rendition, id);
    return id;
  }

  unwatch(cameraId: string): void {
    const delivery = this.#deliveries.get(cameraId);
    if (delivery === undefined) return;
    this.#deliveries.delete(cameraId);
    delivery.isEnded = true;
    delivery.current?.stop();
    delivery.next?.stop();
  }

  /** The line has room again: those that wait take turns. */
  onFlushed(): void {
    for (const [cameraId, delivery] of [...this.#deliveries]) {
      if (!this.#deps.connection.isFlushed) return;
      if (!this.#send(delivery)) continue;
      this.#deliveries.delete(cameraId);
      this.#deliveries.set(cameraId, delivery);
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const cameraId of this.cameraIds) this.unwatch(cameraId);
  }

  #changeRendition(delivery: Delivery, cameraId: string, rendition: Rendition, id: string): void {
    if (delivery.next?.id === id) return;
    delivery.next?.stop();
    delivery.next = undefined;
    if (delivery.current?.id === id) return;

    const feed: Feed = { id, stop: () => undefined };
    delivery.next = feed;
    if (delivery.current === undefined) {
      delivery.current = feed;
      delivery.next = undefined;
    }
    // The last frame may come from within subscribe, and another watch may then have replaced this feed.
    feed.stop = this.#deps.fanout.subscribe(cameraId, rendition, (frame) => this.#onFrame(delivery, feed, frame));
  }

  #onFrame(delivery: Delivery, feed: Feed, frame: LiveFrame): void {
    if (delivery.next === feed) {
      delivery.current?.stop();
      delivery.current = feed;
      delivery.next = undefined;
      delivery.credit.forgetDelays();
    }
    delivery.newest.put(frame);
    this.#send(delivery);
  }

  /** @returns whether a frame went out */
  #send(delivery: Delivery): boolean {
    const { connection, sharedClock, nowMs, meter } = this.#deps;
    if (delivery.isEnded || delivery.newest.isEmpty || !connection.isFlushed) return false;
    if (!delivery.credit.spend()) return false;
    const sharedNowMs = sharedClock.nowMs();
    const taken = delivery.newest.take(sharedNowMs);
    if (taken === undefined) {
      delivery.credit.refund();
      return false;
    }

    const sentAtMs = nowMs();
    let isUnderWay = true;
    const arrived = () => {
      if (!isUnderWay) return;
      isUnderWay = false;
      delivery.credit.giveBack(nowMs() - sentAtMs);
      this.#send(delivery);
    };
    connection.sendFrame(taken.frame, taken.skipped, () => {
      this.#acknowledges = true;
      arrived();
    });
    if (!this.#acknowledges) {
      connection.probe(() => {
        if (!this.#acknowledges) arrived();
      });
    }
    meter.frameSent('socket', taken.frame.data.byteLength, ageMs(taken.frame, sharedNowMs));
    if (taken.skipped > 0) meter.framesSkipped('socket', taken.skipped);
    return true;
  }
}

interface Feed {
  readonly id: string;
  stop: () => void;
}

/** One camera on its way to one viewer. */
interface Delivery {
  readonly newest: NewestFrame;
  readonly credit: FrameCredit;
  isEnded: boolean;
  current: Feed | undefined;
  /** The rendition that takes over with its first frame. */
  next: Feed | undefined;
}
