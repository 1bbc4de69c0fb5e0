/**
 * Tracks each camera's pictures between ingest and viewers, from the reports of transcoders and of all gateways. Pure.
 */
import type { CameraStatus, Instance, PictureReport, PictureTrouble } from '@oriel/control';
import { whyNotCarried } from './carriers.ts';
import { PictureWatch } from './picture-watch.ts';

export interface PictureKnowledge {
  /** Share of the wanted frames that the transcoder makes, 0 to 1, rounded to hundredths; undefined while it makes all. */
  readonly frameShare: number | undefined;
  /** The transcoder decodes only keyframes because it lacks cores. */
  readonly keyframesOnly: boolean;
  /** Why viewers see no picture although the camera sends video. */
  readonly trouble: PictureTrouble | undefined;
}

export class CameraPictures {
  readonly #ownId: string;
  readonly #watch: PictureWatch;
  #instances: readonly Instance[] | undefined;
  #transcoderOf: ReadonlyMap<string, Instance> = new Map();
  #byTranscoders: ReadonlyMap<string, PictureReport> = new Map();
  #byGateways: ReadonlyMap<string, PictureReport> = new Map();
  /** Reported to the other gateways. */
  readonly #own = new Map<string, PictureTrouble>();

  /** @param ownId instance id of this gateway @param nowMs monotonic */
  constructor(ownId: string, nowMs: () => number) {
    this.#ownId = ownId;
    this.#watch = new PictureWatch(nowMs);
  }

  /** Cameras whose viewers at this gateway get no pictures, and why. */
  get own(): readonly PictureReport[] {
    return [...this.#own].map(([cameraId, trouble]) => ({ cameraId, trouble }));
  }

  setWatched(cameraIds: ReadonlySet<string>): void {
    this.#watch.setWatched(cameraIds);
  }

  /** Notes a picture of this camera. @returns whether it had been silent */
  came(cameraId: string): boolean {
    return this.#watch.came(cameraId);
  }

  setInstances(instances: readonly Instance[]): void {
    this.#instances = instances;
    const transcoders = instances.filter(({ service }) => service === 'transcoder');
    this.#transcoderOf = new Map(transcoders.flatMap((one) => one.cameras.map((cameraId) => [cameraId, one] as const)));
    // During a hand-over two transcoders work on the same camera. Only the holder's report counts.
    this.#byTranscoders = reportsOf(transcoders, ({ cameraId }, { cameras }) => cameras.includes(cameraId));
    const others = instances.filter(({ id, service }) => service === 'gateway' && id !== this.#ownId);
    this.#byGateways = reportsOf(others, () => true);
  }

  /** @param status undefined while no live ingest instance reports on the camera */
  know(cameraId: string, status: CameraStatus | undefined): PictureKnowledge {
    const report = this.#byTranscoders.get(cameraId);
    const frameShare = report?.frameShare === undefined ? undefined : Math.round(report.frameShare * 100) / 100;
    const known = { frameShare, keyframesOnly: report?.keyframesOnly === true };
    this.#own.delete(cameraId);
    if (status?.state !== 'live') {
      this.#watch.excuse(cameraId);
      return { ...known, trouble: undefined };
    }
    const flow = this.#watch.judge(cameraId, (status.framerate ?? 0) * (report?.frameShare ?? 1));
    if (flow === 'flowing') return { ...known, trouble: undefined };
    if (flow === 'silent') this.#own.set(cameraId, this.explain(cameraId));
    return { ...known, trouble: report?.trouble ?? this.#own.get(cameraId) ?? this.#byGateways.get(cameraId)?.trouble };
  }

  /** Why a live camera yields no picture. Call only when it yields none. */
  explain(cameraId: string): PictureTrouble {
    const reported = this.#byTranscoders.get(cameraId)?.trouble;
    if (reported !== undefined) return reported;
    if (!this.#transcoderOf.has(cameraId)) return whyNotCarried('transcoder', this.#instances);
    return { code: 'no-picture', message: 'The camera sends video, but no picture of it comes from its transcoder.' };
  }

  /** Why no ingest service holds a camera. */
  whyNoIngest(): PictureTrouble {
    return whyNotCarried('ingest', this.#instances);
  }
}

function reportsOf(
  instances: readonly Instance[],
  isMeant: (report: PictureReport, instance: Instance) => boolean,
): ReadonlyMap<string, PictureReport> {
  return new Map(
    instances.flatMap((instance) =>
      (instance.pictures ?? [])
        .filter((report) => isMeant(report, instance))
        .map((report) => [report.cameraId, report] as const),
    ),
  );
}
