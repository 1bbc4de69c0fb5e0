/**
 * Transcodes one camera while this process holds its lease: access units in, JPEGs of the wanted renditions out.
 *
 * Decodes once, however many renditions are wanted. Encodes pictures that are due and not late; when behind, it skips
 * ahead.
 */
import type { AccessUnit, MediaBus } from '@oriel/media-bus';
import type { Rendition } from '@oriel/model';
import { BurstReporter } from '@oriel/observability';
import type { CameraDecoder, DecodedPicture, DecodeFault, Engine } from './engine/engine.ts';
import { type CameraPlan, FULL_PLAN } from './load/camera-plan.ts';
import { CameraWork, type WorkDemand, type WorkDone } from './load/camera-work.ts';
import type { EncodeSemaphore } from './load/encode-semaphore.ts';
import { AccessUnitQueue } from './pictures/access-unit-queue.ts';
import type { PictureProgress, ShowFault } from './pictures/camera-trouble.ts';
import { DecodeGate } from './pictures/decode-gate.ts';
import { KeyframeInterval } from './pictures/keyframe-interval.ts';
import { Lateness } from './pictures/lateness.ts';
import { PicturePublisher, type WorkingLease } from './pictures/picture-publisher.ts';
import { type Place, PresentationOrder } from './pictures/presentation-order.ts';
import { ReplayFilter } from './pictures/replay-filter.ts';
import { WantedRenditions } from './pictures/wanted-renditions.ts';
import type { DropReason, FaultReason, TranscoderEvents } from './transcoder-events.ts';

export interface CameraTranscoderDeps {
  readonly bus: MediaBus;
  readonly engine: Engine;
  /** Shared by all cameras of the process. */
  readonly encodeSemaphore: EncodeSemaphore;
  readonly events: TranscoderEvents;
  readonly logger: TranscoderLogger;
  /** Monotonic clock. */
  readonly nowMs: () => number;
  /** Shared clock, in ms since the Unix epoch. */
  readonly sharedNowMs: () => number;
}

export interface TranscoderLogger {
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
}

export interface CameraTranscoderOptions {
  readonly cameraId: string;
  /** Epoch of the lease, written into every JPEG. */
  readonly epoch: number;
  /**
   * A picture is not encoded if it could have been shown longer ago than this, or is further behind the newest access
   * unit.
   */
  readonly maxLatencyMs: number;
}

export class CameraTranscoder {
  readonly #deps: CameraTranscoderDeps;
  readonly #options: CameraTranscoderOptions;
  readonly #queue = new AccessUnitQueue();
  readonly #keyframes = new KeyframeInterval();
  readonly #lateness: Lateness;
  readonly #wanted = new WantedRenditions();
  readonly #work = new CameraWork();
  readonly #order = new PresentationOrder();
  readonly #gate = new DecodeGate();
  #plan: CameraPlan = FULL_PLAN;
  #unshownSinceMs: number | undefined;
  readonly #faults: BurstReporter;
  #lastFault: ShowFault | undefined;
  /** Access units skipped since the last decoded keyframe, in case every picture is wanted again. */
  #skipped: AccessUnit[] = [];
  /** True if the camera sends B-frames: the decoder outputs a keyframe only after more pictures have gone in. */
  #holdsKeyframes = false;
  #awaitsKeyframe = true;
  /** True if the engine died rather than the stream: the bus still holds the GOP in which the pictures stopped. */
  #mustRejoin = false;
  #publisher: PicturePublisher | undefined;
  readonly #replays = new ReplayFilter();
  #wake: () => void = () => undefined;

  constructor(deps: CameraTranscoderDeps, options: CameraTranscoderOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#lateness = new Lateness(options.maxLatencyMs);
    this.#faults = new BurstReporter({
      report: (count) =>
        deps.logger.warn(
          { cameraId: options.cameraId, count, last: this.#lastFault?.message },
          'pictures could not be shown',
        ),
    });
  }

  /** Takes effect with the next picture. */
  setRenditions(renditions: readonly Rendition[]): void {
    this.#wanted.set(renditions);
    this.#wake();
  }

  /** When a picture was last published, by the monotonic clock; minus infinity before the first. */
  get shownAtMs(): number {
    return this.#publisher?.shownAtMs ?? Number.NEGATIVE_INFINITY;
  }

  /**
   * The latest fault that kept a picture from being shown. Compare its time with {@link shownAtMs}: it may be long
   * past.
   */
  get lastFault(): ShowFault | undefined {
    return this.#lastFault;
  }

  /** How far the camera has come with the pictures that are wanted. */
  get progress(): PictureProgress {
    const { decodes, share, frameShare } = this.#plan;
    const decodedPerSecond = decodes === 'all' ? this.#work.framerate : (this.#keyframes.perSecond ?? 0);
    const unshownSinceMs = this.#unshownSinceMs;
    return {
      shownAtMs: this.shownAtMs,
      unshownSinceMs: unshownSinceMs !== undefined && unshownSinceMs > this.shownAtMs ? unshownSinceMs : undefined,
      lastFault: this.lastFault,
      awaitsKeyframe: this.#awaitsKeyframe,
      isReduced: frameShare < 1,
      expectedPerSecond: Math.min(decodedPerSecond, this.#wanted.maxFramerate) * share,
    };
  }

  /** Sets what is decoded and shown from now on. */
  setPlan(plan: CameraPlan): void {
    this.#plan = plan;
    this.#gate.set(plan);
    this.#wanted.setFrameShare(plan.decodes === 'all' ? plan.share : 1);
  }

  /** Work done since the last call. */
  takeWork(): WorkDone {
    return this.#work.take();
  }

  /** Work per second to show everything that is wanted. */
  demand(): WorkDemand {
    const areKeyframesEnough = this.#keyframes.suffices(this.#wanted.maxFramerate);
    return this.#work.demand(this.#wanted.all, this.#keyframes.perSecond, areKeyframesEnough);
  }

  /**
   * Transcodes until the lease is over. Nothing is published after that, and all memory is free when this resolves.
   * @throws EngineError (`unavailable`)
   */
  async run(lease: WorkingLease): Promise<void> {
    const { signal } = lease;
    const { bus, engine, nowMs } = this.#deps;
    const { cameraId } = this.#options;
    if (signal.aborted) return;
    const onAbort = () => this.#wake();
    signal.addEventListener('abort', onAbort);
    const decoder = engine.openCamera();
    const publisher = this.#openPublisher(lease);
    this.#publisher = publisher;
    const subscribe = () =>
      bus.subscribeAccessUnits(cameraId, { from: 'keyframe' }, (batch) => {
        this.#drop('overflow', this.#queue.push(batch));
        this.#wake();
      });
    let subscription = subscribe();
    let subscribedAtMs = nowMs();
    try {
      while (!signal.aborted && !publisher.isFenced) {
        if (this.#mustRejoin && nowMs() - subscribedAtMs > REJOIN_PAUSE_MS) {
          subscription.close();
          this.#rejoin();
          subscription = subscribe();
          subscribedAtMs = nowMs();
        }
        this.#returnSkipped();
        const accessUnit = this.#queue.shift();
        if (accessUnit === undefined) await this.#somethingNew(signal);
        else await this.#process(decoder, accessUnit, publisher);
      }
    } finally {
      subscription.close();
      signal.removeEventListener('abort', onAbort);
      await publisher.close();
      await decoder.close();
      this.#faults.close();
    }
  }

  #openPublisher(lease: WorkingLease): PicturePublisher {
    const onFenced = () => this.#wake();
    const onTrouble = (reason: FaultReason, message: string) => this.#noteFault(reason, message);
    const parts = { wanted: this.#wanted, work: this.#work, onFenced, onTrouble };
    return new PicturePublisher({ ...this.#deps, ...parts }, this.#options, lease);
  }

  async #process(decoder: CameraDecoder, accessUnit: AccessUnit, publisher: PicturePublisher): Promise<void> {
    this.#keyframes.observe(accessUnit);
    this.#work.read(accessUnit);
    if (this.#unshownSinceMs === undefined || this.#unshownSinceMs <= this.shownAtMs) {
      this.#unshownSinceMs = this.#deps.nowMs();
    }
    if (this.#mustSkip(accessUnit)) return;
    if (accessUnit.discontinuity) decoder.reset();

    const result = await decoder.decode(accessUnit);
    if (!result.ok) {
      this.#fail(result.fault);
      return;
    }
    for (const [index, picture] of result.pictures.entries()) {
      this.#show(picture, this.#order.place(picture, result.pictures.length - 1 - index), publisher);
    }
  }

  #show(picture: DecodedPicture, place: Place, publisher: PicturePublisher): void {
    if (picture.accessUnit.isKeyframe) this.#holdsKeyframes = picture.releasedBy !== picture.accessUnit;
    this.#deps.events.decoded(this.#options.cameraId, picture.decodeUs);
    this.#work.decoded(picture.width, picture.height, picture.decodeUs);
    if (picture.concealed) this.#deps.events.fault(this.#options.cameraId, 'concealed');
    const due =
      this.#isLate(picture) || this.#replays.isReplay(picture.accessUnit)
        ? []
        : this.#wanted.due(picture.accessUnit.rtpTimeTicks);
    if (due.length === 0) {
      picture.release();
      return;
    }
    publisher.offer(picture, place, due);
  }

  #rejoin(): void {
    this.#mustRejoin = false;
    this.#awaitsKeyframe = true;
    this.#skipped = [];
    this.#drop('behind', this.#queue.clear());
    this.#lateness.beginCatchUp();
  }

  #mustSkip(accessUnit: AccessUnit): boolean {
    if (!this.#gate.admits(accessUnit)) {
      this.#awaitsKeyframe = true;
      this.#skipped = [];
      this.#drop('keyframes-only', 1);
      return true;
    }
    if (accessUnit.isKeyframe) {
      this.#awaitsKeyframe = false;
      this.#mustRejoin = false;
      this.#skipped = [];
    } else if (accessUnit.discontinuity) {
      this.#awaitsKeyframe = true;
    }
    if (this.#awaitsKeyframe) {
      this.#drop('awaiting-keyframe', 1);
      return true;
    }
    if (this.#lateness.mustJump(this.#behindMs(accessUnit)) && this.#queue.hasKeyframe) {
      this.#drop('behind', 1 + this.#queue.skipToNewestKeyframe());
      this.#deps.events.jumped(this.#options.cameraId);
      this.#skipped = [];
      return true;
    }
    if (accessUnit.isKeyframe || !this.#keyframesSuffice) return false;
    this.#skipped.push(accessUnit);
    this.#drop('keyframes-only', 1);
    if (this.#skipped.length > MAX_SKIPPED) {
      this.#skipped = [];
      this.#awaitsKeyframe = true;
    }
    return true;
  }

  /** If the decoder holds keyframes back, keyframes alone would be shown one keyframe interval late. */
  get #keyframesSuffice(): boolean {
    return !this.#holdsKeyframes && this.#keyframes.suffices(this.#wanted.maxFramerate);
  }

  /** Resumes decoding every picture without waiting for the next keyframe. */
  #returnSkipped(): void {
    if (this.#skipped.length === 0 || this.#keyframesSuffice) return;
    this.#queue.unshift(this.#skipped.splice(0));
    this.#lateness.beginCatchUp();
  }

  #isLate(picture: DecodedPicture): boolean {
    const state = this.#lateness.judge(this.#behindMs(picture.releasedBy));
    if (state === 'late') {
      this.#work.due();
      this.#work.missed();
      this.#deps.events.jumped(this.#options.cameraId);
    }
    return state !== 'live';
  }

  /** Lateness relative to the newest access unit received, so that the current time does not matter. */
  #behindMs({ arrivalTimeUs }: AccessUnit): number {
    return this.#queue.length === 0 ? 0 : (this.#queue.newestArrivalTimeUs - arrivalTimeUs) / 1000;
  }

  #fail({ reason, message }: DecodeFault): void {
    this.#awaitsKeyframe = true;
    this.#mustRejoin = reason === 'died';
    this.#deps.events.fault(this.#options.cameraId, reason);
    this.#noteFault(reason, message);
  }

  #noteFault(reason: FaultReason, message: string): void {
    this.#lastFault = { reason, message, atMs: this.#deps.nowMs() };
    this.#faults.add();
  }

  #drop(reason: DropReason, count: number): void {
    if (count === 0) return;
    if (reason === 'overflow') this.#awaitsKeyframe = true;
    this.#deps.events.dropped(this.#options.cameraId, reason, count);
  }

  /** Resolves with the next batch, change of renditions, or abort. */
  async #somethingNew(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (signal.aborted) resolve();
    });
    this.#wake = () => undefined;
  }
}

/** If the stream itself kills the engine, rejoining at once would do so over and over. */
const REJOIN_PAUSE_MS = 1_000;

/** 40 s at 30 frames/s. A longer GOP is not worth catching up with: the camera waits for its next keyframe. */
const MAX_SKIPPED = 1_200;
