/**
 * Decoded pictures of one camera in, JPEGs on the media bus out. While one picture is encoded a few others may wait, as they come
 * in bursts. Those that have waited for long make way for the newest: however slow the host, what is shown is of now.
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

/** The right to publish, as the lease gives it. */
export type WorkingLease = Pick<Lease, 'signal' | 'assertCurrent' | 'hasHighestEpoch' | 'markReady'>;

export interface PicturePublisherDeps {
  readonly bus: Pick<MediaBus, 'publishJpeg' | 'dropJpegs'>;
  readonly events: Pick<TranscoderEvents, 'encoded' | 'missed' | 'fault'>;
  readonly encodeSemaphore: EncodeSemaphore;
  readonly wanted: Pick<WantedRenditions, 'has'>;
  readonly work: Pick<CameraWork, 'due' | 'encoded' | 'missed'>;
  /** Monotonic. */
  readonly nowMs: () => number;
  /** Milliseconds since the Unix epoch, by the clock that all services share. */
  readonly sharedNowMs: () => number;
  /** {@link PicturePublisher.isFenced} is true from now on. */
  readonly onFenced: () => void;
  /** A picture could not be shown. */
  readonly onTrouble: (reason: FaultReason, message: string) => void;
}

export interface PicturePublisherOptions {
  readonly cameraId: string;
  /** Of the lease; stands in every JPEG. */
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

/** What of the picture is needed after its pixels are gone, and its JPEGs. */
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

  /** When a picture was last published, by the monotonic clock; never: minus infinity. */
  get shownAtMs(): number {
    return this.#shownAtMs;
  }

  /** The camera has a new holder, whose first picture is out: the hand-over is complete. */
  get isFenced(): boolean {
    return this.#isFenced;
  }

  /** Encodes and publishes the picture in these renditions, unless newer ones come first. Releases it. */
  offer(picture: DecodedPicture, place: Place, due: readonly Rendition[]): void {
    this.#deps.work.due();
    this.#waiting.push({ picture, place, due, sinceMs: this.#deps.nowMs() });
    if (this.#waiting.length > MAX_WAITING) this.#leaveOut(1);
    this.#publishing ??= this.#publishAll();
  }

  /** Resolves when nothing is being encoded any more; what waited is left out. */
  async close(): Promise<void> {
    for (const { picture } of this.#waiting.splice(0)) picture.release();
    await this.#publishing;
  }

  async #publishAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        // The turn ends with the encoding: a Redis that is far away holds nobody up.
        const encoded = await this.#deps.encodeSemaphore.run(() => this.#encodeNext());
        if (encoded !== undefined) await this.#publish(encoded);
      }
    } finally {
      // In the same step as the look at what waits: a picture that comes right after it begins anew.
      this.#publishing = undefined;
    }
  }

  async #encodeNext(): Promise<Encoded | undefined> {
    const oldest = this.#waiting[0];
    if (oldest !== undefined && this.#ageMs(oldest) > this.#options.maxLatencyMs * PATIENCE) {
      this.#leaveOut(this.#waiting.length - 1);
    }
    // No gateway would send it: on a host short of cores, the one after it is in time only if this one is not encoded.
    if (this.#waiting[0] !== undefined && this.#ageMs(this.#waiting[0]) > this.#options.maxLatencyMs) this.#leaveOut(1);
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
    // After all renditions of the picture: an old holder is needed until none of them has a gap.
    if (!this.#isFenced) this.#lease.markReady();
  }

  /** Since it could first be shown. */
  #ageMs({ picture }: Waiting): number {
    return this.#deps.sharedNowMs() - picture.releasedBy.arrivalTimeUs / 1000;
  }

  /** The first so many of those that wait; the one after them is to be shown where they were. */
  #leaveOut(count: number): void {
    const { work, events, nowMs } = this.#deps;
    const leftOut = this.#waiting.splice(0, count);
    const [next] = this.#waiting;
    if (next !== undefined) next.due = union([...leftOut, next]);
    for (const { picture, sinceMs } of leftOut) {
      picture.release();
      const hereMs = picture.decodeUs / 1000 + nowMs() - sinceMs;
      // Otherwise it was the way here that took so long.
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
   * What bars the way can be the picture of a new holder, or something that no holder has written.
   * @returns whether it was that, and is away: the next picture will be shown
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
 * Encoders of cameras and software send a reference picture and all B-frames before it at once; the slowest presets of x264 and x265 use 8 of
 * those. Not more, as pictures are large.
 */
const MAX_WAITING = 8;
/** So much of its time a picture may wait for its turn, and still be in time when it is published. */
const PATIENCE = 0.5;
/** A picture that has spent so much of its time here is late through this process. */
const OWN_SHARE_OF_LATENCY = 0.25;

function union(waiting: readonly Waiting[]): readonly Rendition[] {
  const due = waiting.flatMap((one) => one.due);
  return [...new Map(due.map((rendition) => [renditionId(rendition), rendition])).values()];
}

/** Looks at the clock too: after a pause of the process this may run before what aborts the signal. */
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
