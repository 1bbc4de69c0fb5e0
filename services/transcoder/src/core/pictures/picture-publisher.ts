/**
 * Encodes the decoded pictures of one camera and publishes the JPEGs on the media bus. While one picture is encoded a
 * few may wait, since decoders release them in bursts. Pictures that have waited too long make way for the newest, so
 * that even a slow host shows the present.
 */
import type { Lease } from '@oriel/control';
import type { MediaBus } from '@oriel/media-bus';
import { MediaBusError } from '@oriel/media-bus';
import { type Rendition, renditionId } from '@oriel/model';
import type { DecodedPicture, EncodedJpeg } from '../engine/engine.ts';
import type { CameraWork } from '../load/camera-work.ts';
import type { EncodeSemaphore } from '../load/encode-semaphore.ts';
import type { FaultReason, TranscoderEvents } from '../transcoder-events.ts';
import type { Place } from './presentation-order.ts';
import type { WantedRenditions } from './wanted-renditions.ts';

/** The parts of a lease that publishing needs. */
export type WorkingLease = Pick<Lease, 'signal' | 'assertCurrent' | 'hasHighestEpoch' | 'markReady'>;

export interface PicturePublisherDeps {
  readonly bus: Pick<MediaBus, 'publishJpeg' | 'dropJpegs'>;
  readonly events: Pick<TranscoderEvents, 'encoded' | 'missed' | 'fault'>;
  readonly encodeSemaphore: EncodeSemaphore;
  readonly wanted: Pick<WantedRenditions, 'has'>;
  readonly work: Pick<CameraWork, 'due' | 'encoded' | 'missed'>;
  /** Monotonic clock. */
  readonly nowMs: () => number;
  /** Shared clock, in ms since the Unix epoch. */
  readonly sharedNowMs: () => number;
  /** Called when a newer holder has published: {@link PicturePublisher.isFenced} is true from now on. */
  readonly onFenced: () => void;
  /** Called when a picture could not be shown. */
  readonly onTrouble: (reason: FaultReason, message: string) => void;
}

export interface PicturePublisherOptions {
  readonly cameraId: string;
  /** Epoch of the lease, written into every JPEG. */
  readonly epoch: number;
  /** A picture that could have been shown longer ago than this is not encoded. */
  readonly maxLatencyMs: number;
}

interface Waiting {
  readonly picture: DecodedPicture;
  readonly place: Place;
  due: readonly Rendition[];
  readonly sinceMs: number;
}

/** The JPEGs of a picture, and what publishing needs to know of it once its pixels are released. */
interface Encoded {
  readonly picture: Pick<DecodedPicture, 'accessUnit' | 'decodeUs'>;
  readonly place: Place;
  readonly jpegs: readonly { readonly rendition: Rendition; readonly jpeg: EncodedJpeg }[];
}

export class PicturePublisher {
  readonly #deps: PicturePublisherDeps;
  readonly #options: PicturePublisherOptions;
  readonly #lease: WorkingLease;
  #waiting: Waiting[] = [];
  #publishing: Promise<void> | undefined;
  #isFenced = false;
  #shownAtMs = Number.NEGATIVE_INFINITY;

  constructor(deps: PicturePublisherDeps, options: PicturePublisherOptions, lease: WorkingLease) {
    this.#deps = deps;
    this.#options = options;
    this.#lease = lease;
  }

  /** When a picture was last published, by the monotonic clock; minus infinity before the first. */
  get shownAtMs(): number {
    return this.#shownAtMs;
  }

  /** True once a newer holder of the camera has published a picture: the hand-over is complete. */
  get isFenced(): boolean {
    return this.#isFenced;
  }

  /**
   * Encodes and publishes the picture in these renditions, unless newer pictures overtake it. Releases it in any case.
   */
  offer(picture: DecodedPicture, place: Place, due: readonly Rendition[]): void {
    this.#deps.work.due();
    this.#waiting.push({ picture, place, due, sinceMs: this.#deps.nowMs() });
    if (this.#waiting.length > MAX_WAITING) this.#dropOldest(1);
    this.#publishing ??= this.#publishAll();
  }

  /** Resolves when no encoding is running. Waiting pictures are dropped. */
  async close(): Promise<void> {
    for (const { picture } of this.#waiting.splice(0)) picture.release();
    await this.#publishing;
  }

  async #publishAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        // The semaphore covers encoding only: waiting for a slow Redis must not hold up other cameras.
        const encoded = await this.#deps.encodeSemaphore.run(() => this.#encodeNext());
        if (encoded !== undefined) await this.#publish(encoded);
      }
    } finally {
      // Cleared in the same tick as the last look at the queue: the next picture to arrive starts a new loop.
      this.#publishing = undefined;
    }
  }

  async #encodeNext(): Promise<Encoded | undefined> {
    const oldest = this.#waiting[0];
    if (oldest !== undefined && this.#ageMs(oldest) > this.#options.maxLatencyMs * PATIENCE) {
      this.#dropOldest(this.#waiting.length - 1);
    }
    // No gateway would send so old a picture. On a host short of cores, skipping it is what lets the next one be in
    // time.
    if (this.#waiting[0] !== undefined && this.#ageMs(this.#waiting[0]) > this.#options.maxLatencyMs)
      this.#dropOldest(1);
    const next = this.#waiting.shift();
    if (next === undefined) return undefined;
    const { picture, place, due } = next;
    try {
      const jpegs = await Promise.all(due.map((rendition) => this.#encode(picture, rendition)));
      return { picture, place, jpegs: jpegs.filter((jpeg) => jpeg !== undefined) };
    } finally {
      picture.release();
    }
  }

  async #publish({ jpegs, ...shownPicture }: Encoded): Promise<void> {
    const shown = await Promise.all(
      jpegs.map(({ rendition, jpeg }) => this.#publishJpeg(shownPicture, rendition, jpeg)),
    );
    if (!shown.some(Boolean)) return;
    this.#shownAtMs = this.#deps.nowMs();
    // Only after all renditions of the picture: the old holder must stay until no rendition has a gap.
    if (!this.#isFenced) this.#lease.markReady();
  }

  /** Age since the picture could first be shown, which with B-frames is later than its own arrival. */
  #ageMs({ picture }: Waiting): number {
    return this.#deps.sharedNowMs() - picture.releasedBy.arrivalTimeUs / 1000;
  }

  /** Drops the oldest `count` waiting pictures; the next one inherits their renditions. */
  #dropOldest(count: number): void {
    const { work, events, nowMs } = this.#deps;
    const dropped = this.#waiting.splice(0, count);
    const [next] = this.#waiting;
    if (next !== undefined) next.due = union([...dropped, next]);
    for (const { picture, sinceMs } of dropped) {
      picture.release();
      const hereMs = picture.decodeUs / 1000 + nowMs() - sinceMs;
      // Otherwise the delay arose before this process, and says nothing about its cores.
      if (hereMs > this.#options.maxLatencyMs * OWN_SHARE_OF_LATENCY) work.missed();
      events.missed(this.#options.cameraId);
    }
  }

  async #encode(picture: DecodedPicture, rendition: Rendition): Promise<Encoded['jpegs'][number] | undefined> {
    const { events, work } = this.#deps;
    try {
      const jpeg = await picture.encode(rendition);
      events.encoded(this.#options.cameraId, jpeg.encodeUs, jpeg.data.length);
      work.encoded(rendition, jpeg.width, jpeg.height, jpeg.encodeUs);
      return { rendition, jpeg };
    } catch (error) {
      this.#failToShow(error);
      return undefined;
    }
  }

  /** @returns whether it was published */
  async #publishJpeg(
    { picture, place }: Omit<Encoded, 'jpegs'>,
    rendition: Rendition,
    jpeg: EncodedJpeg,
  ): Promise<boolean> {
    const { bus, wanted } = this.#deps;
    const { accessUnit, decodeUs } = picture;
    const { rtpTimeTicks, arrivalTimeUs, captureTimeUs } = accessUnit;
    const { epoch, cameraId } = this.#options;
    const times = { rtpTimeTicks, arrivalTimeUs, captureTimeUs, decodeUs };
    try {
      if (!isCurrent(this.#lease) || this.#isFenced || !wanted.has(rendition)) return false;
      await bus.publishJpeg(cameraId, rendition, { epoch, ...place, ...times, ...jpeg });
      return true;
    } catch (error) {
      if (!(await this.#removeForeign(rendition, error))) this.#failToShow(error);
      return false;
    }
  }

  /**
   * The bus refuses a picture if a newer holder has published, or if something that no holder wrote is in the way. This
   * removes the latter.
   * @returns whether the failure is dealt with; also true if the check itself failed, which is reported as trouble
   */
  async #removeForeign(rendition: Rendition, error: unknown): Promise<boolean> {
    if (!(error instanceof MediaBusError) || error.code !== 'fenced') return false;
    const { bus, events, onTrouble } = this.#deps;
    const { cameraId } = this.#options;
    try {
      if (!(await this.#lease.hasHighestEpoch())) return false;
      await bus.dropJpegs(cameraId, rendition);
      onTrouble('publish-failed', `removed what a stranger has written: ${error.message}`);
    } catch (failure) {
      onTrouble('publish-failed', failure instanceof Error ? failure.message : String(failure));
    }
    events.fault(cameraId, 'publish-failed');
    return true;
  }

  #failToShow(error: unknown): void {
    if (error instanceof MediaBusError && error.code === 'fenced') {
      this.#isFenced = true;
      this.#deps.onFenced();
      return;
    }
    const reason = error instanceof MediaBusError ? 'publish-failed' : 'encode-failed';
    this.#deps.events.fault(this.#options.cameraId, reason);
    this.#deps.onTrouble(reason, error instanceof Error ? error.message : String(error));
  }
}

/**
 * Encoders send a reference picture and all B-frames before it at once; the slowest presets of x264 and x265 use 8
 * B-frames. Not more, because decoded pictures are large.
 */
const MAX_WAITING = 8;
/** Share of `maxLatencyMs` that a picture may wait for its turn and still be published in time. */
const PATIENCE = 0.5;
/** A picture that has spent this share of `maxLatencyMs` in this process is late because of this process. */
const OWN_SHARE_OF_LATENCY = 0.25;

function union(waiting: readonly Waiting[]): readonly Rendition[] {
  const due = waiting.flatMap((one) => one.due);
  return [...new Map(due.map((rendition) => [renditionId(rendition), rendition])).values()];
}

/** Checks the clock too: after the process was paused, this may run before the timer that aborts the signal. */
function isCurrent(lease: WorkingLease): boolean {
  if (lease.signal.aborted) return false;
  try {
    lease.assertCurrent();
    return true;
  } catch (error) {
    if (lease.signal.aborted) return false;
    throw error;
  }
}
