/** Sends one camera's JPEGs to one viewer. The newest wins; any may be skipped. */
import type { SharedClock } from '@oriel/control';
import { type Rendition, renditionId } from '@oriel/model';
import type { WatchedCamera } from '../cameras/watched-camera.ts';
import type { Delivery, DeliveryRequest } from './delivery.ts';
import type { DeliveryMeter } from './delivery-meter.ts';
import { FrameCredit } from './frame-credit.ts';
import { ageMs, CLOCK_AND_NETWORK_ALLOWANCE_MS, type LiveFrame } from './live-frame.ts';
import { NewestFrame } from './newest-frame.ts';
import type { PictureFanout } from './picture-fanout.ts';
import type { PictureLine } from './viewer-line.ts';

export interface PictureDeliveryDeps {
  readonly fanout: Pick<PictureFanout, 'subscribe' | 'renditionFor'>;
  readonly sharedClock: Pick<SharedClock, 'nowMs'>;
  /** Monotonic clock. */
  readonly nowMs: () => number;
  readonly meter: Pick<DeliveryMeter, 'frameSent' | 'framesSkipped'>;
}

export class PictureDelivery implements Delivery {
  readonly #deps: PictureDeliveryDeps;
  readonly #line: PictureLine;
  readonly #newest: NewestFrame;
  readonly #credit = new FrameCredit();
  #current: Feed | undefined;
  /** Takes over from `#current` with its first frame. */
  #next: Feed | undefined;
  #isEnded = false;

  constructor(deps: PictureDeliveryDeps, line: PictureLine, { maxLatencyMs }: Pick<WatchedCamera, 'maxLatencyMs'>) {
    this.#deps = deps;
    this.#line = line;
    this.#newest = new NewestFrame(maxLatencyMs + CLOCK_AND_NETWORK_ALLOWANCE_MS);
  }

  change(camera: WatchedCamera, request: DeliveryRequest): string {
    const rendition = this.#deps.fanout.renditionFor(camera, request);
    const id = renditionId(rendition);
    if (!this.#isEnded && this.#next?.id !== id) this.#follow(camera.id, rendition, id);
    return id;
  }

  sendNext(): boolean {
    const { sharedClock, nowMs, meter } = this.#deps;
    const line = this.#line;
    if (this.#isEnded || this.#newest.isEmpty || !line.isFlushed) return false;
    if (!this.#credit.spend()) return false;
    const sharedNowMs = sharedClock.nowMs();
    const taken = this.#newest.take(sharedNowMs);
    if (taken === undefined) {
      this.#credit.refund();
      return false;
    }
    const { frame, skipped } = taken;
    meter.frameSent(line.kind, frame.data.byteLength, ageMs(frame, sharedNowMs));
    if (skipped > 0) meter.framesSkipped(line.kind, skipped);
    const sentAtMs = nowMs();
    line.sendPicture(frame, skipped, () => {
      this.#credit.giveBack(nowMs() - sentAtMs);
      this.sendNext();
    });
    return true;
  }

  end(): void {
    this.#isEnded = true;
    this.#current?.stop();
    this.#next?.stop();
  }

  #follow(cameraId: string, rendition: Rendition, id: string): void {
    this.#next?.stop();
    this.#next = undefined;
    if (this.#current?.id === id) return;
    const feed: Feed = { id, stop: () => undefined };
    if (this.#current === undefined) this.#current = feed;
    else this.#next = feed;
    // The fan-out may already have a frame, and then calls back before it returns.
    feed.stop = this.#deps.fanout.subscribe(cameraId, rendition, (frame) => this.#onFrame(feed, frame));
  }

  #onFrame(feed: Feed, frame: LiveFrame): void {
    if (this.#next === feed) {
      this.#current?.stop();
      this.#current = feed;
      this.#next = undefined;
      this.#credit.forgetDelays();
    }
    this.#newest.put(frame);
    this.sendNext();
  }
}

interface Feed {
  readonly id: string;
  stop: () => void;
}
