/** Applies demand and plan to one held camera, and reports on its pictures. */
import type { PictureReport, PictureTrouble } from '@oriel/control';
import { type Rendition, renditionId } from '@oriel/model';
import type { CameraTranscoder } from './camera-transcoder.ts';
import { type CameraPlan, FULL_PLAN } from './load/camera-plan.ts';
import { pictureTrouble } from './pictures/camera-trouble.ts';

export interface HeldCameraOptions {
  /** Monotonic clock. */
  readonly nowMs: () => number;
  readonly lingerMs: number;
  readonly onUnwatched: () => void;
  readonly onNoLongerWanted: (rendition: Rendition) => void;
}

export class HeldCamera {
  readonly #transcoder: Pick<CameraTranscoder, 'setRenditions' | 'setPlan' | 'progress'>;
  readonly #options: HeldCameraOptions;
  #renditions = new Map<string, Rendition>();
  #lingering: NodeJS.Timeout | undefined;
  #plan = FULL_PLAN;
  #wantedSinceMs: number | undefined;
  #trouble: { readonly sinceMs: number; readonly is: PictureTrouble } | undefined;

  constructor(
    transcoder: Pick<CameraTranscoder, 'setRenditions' | 'setPlan' | 'progress'>,
    options: HeldCameraOptions,
  ) {
    this.#transcoder = transcoder;
    this.#options = options;
  }

  follow(wanted: readonly Rendition[]): void {
    const before = this.#renditions;
    this.#renditions = new Map(wanted.map((rendition) => [renditionId(rendition), rendition]));
    this.#transcoder.setRenditions(wanted);
    for (const [id, rendition] of before) if (!this.#renditions.has(id)) this.#options.onNoLongerWanted(rendition);
    if (wanted.length > 0) {
      this.#wantedSinceMs ??= this.#options.nowMs();
      clearTimeout(this.#lingering);
      this.#lingering = undefined;
    } else {
      this.#wantedSinceMs = undefined;
      this.#lingering ??= setTimeout(this.#options.onUnwatched, this.#options.lingerMs);
    }
  }

  setPlan(plan: CameraPlan): void {
    this.#plan = plan;
    this.#transcoder.setPlan(plan);
  }

  /** Undefined while all its pictures are shown. */
  report(cameraId: string, nowMs: number): PictureReport | undefined {
    const trouble = this.#currentTrouble(nowMs);
    const { decodes, frameShare } = this.#plan;
    if (trouble === undefined && frameShare === 1) return undefined;
    return {
      cameraId,
      ...(frameShare === 1 ? {} : { frameShare }),
      ...(decodes === 'keyframes' && frameShare < 1 ? { keyframesOnly: true } : {}),
      ...(trouble === undefined ? {} : { trouble }),
    };
  }

  /**
   * Trouble stays until a picture is shown, even when nobody watches: each snapshot would otherwise find the camera
   * live.
   */
  #currentTrouble(nowMs: number): PictureTrouble | undefined {
    const { progress } = this.#transcoder;
    if (this.#trouble !== undefined && progress.shownAtMs > this.#trouble.sinceMs) this.#trouble = undefined;
    if (this.#wantedSinceMs === undefined) return this.#trouble?.is;
    const is = pictureTrouble(progress, this.#wantedSinceMs, nowMs);
    if (is !== undefined) this.#trouble = { sinceMs: this.#trouble?.sinceMs ?? nowMs, is };
    return this.#trouble?.is;
  }

  end(): void {
    clearTimeout(this.#lingering);
  }
}
