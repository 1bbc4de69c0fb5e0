import { missingCoresOf, relativeLoad, type Situation, takesCameras, type WorkerLoad } from './lease-load.ts';
import { transfersOf } from './lease-transfers.ts';

export interface CameraCost {
  readonly cameraId: string;
  readonly costCores: number;
}

export interface PlannedHandOver extends CameraCost {
  /** Instance id of the worker that shall take it over. */
  readonly to: string;
}

type Balance = Pick<WorkerLoad, 'loadCores' | 'capacityCores'>;

/** What a donor says of itself and the camera it offers. */
export interface HandOverOffer extends CameraCost {
  readonly donor: Pick<WorkerLoad, 'loadCores' | 'capacityCores' | 'isLeaving'>;
}

/** What a worker says of itself that refuses one. */
export type Refusal = Pick<WorkerLoad, 'loadCores' | 'capacityCores' | 'hasRoom'>;

/**
 * Who hands which camera to whom. Pure.
 *
 * Every worker computes the same transfers from the same board: what is above the common level is laid beside what is missing
 * below it, largest first. It then offers its own part. Boards differ by what happened since they were read, so the
 * receiver has the last word, by its own load. It refuses what would only make it the next donor while another one is clearly less loaded;
 * who is refused learns the receiver's load, and offers elsewhere at once. Each hand-over brings two workers closer together,
 * and so, with any number of them deciding at once, cameras stop moving.
 */
export class HandOverPolicy {
  /** What this worker should hand over now, of the cameras that can be moved. */
  plan(situation: Situation, movable: readonly CameraCost[]): readonly PlannedHandOver[] {
    const { self, others } = situation;
    const planned: PlannedHandOver[] = [];
    const left = new Map(movable.map((camera) => [camera.cameraId, camera]));
    let donor: Balance = self;
    const transfers = transfersOf(situation);
    for (const { receiver, amountCores } of transfers) {
      let to: Balance = receiver;
      let missingCores = amountCores;
      let isFirst = true;
      while (left.size > 0 && (isFirst || missingCores > 0)) {
        const fits = (camera: CameraCost) =>
          (isFirst || camera.costCores < 2 * missingCores) && (self.isLeaving || evensOut(donor, to, camera.costCores));
        const camera = closest([...left.values()].filter(fits), missingCores);
        if (camera === undefined) break;
        left.delete(camera.cameraId);
        planned.push({ ...camera, to: receiver.id });
        donor = plus(donor, -camera.costCores);
        to = plus(to, camera.costCores);
        missingCores -= camera.costCores;
        isFirst = false;
      }
    }
    return planned.length > 0 || transfers.length === 0 ? planned : toItsCounterpart(self, others, movable);
  }

  /**
   * Where to offer a camera that has been refused: to any worker that misses at least half of it. All who were refused by the same worker
   * would go to the same next one, so chance decides.
   * @param random from 0 to below 1
   */
  planElsewhere(
    situation: Situation,
    movable: readonly CameraCost[],
    random: () => number,
  ): PlannedHandOver | undefined {
    const { self, others } = situation;
    const missing = missingCoresOf(situation);
    const surplusCores = -missing(self);
    const options = others.filter(takesCameras).flatMap((receiver) => {
      const amountCores = Math.min(surplusCores, missing(receiver));
      const fits = ({ costCores }: CameraCost) => amountCores >= costCores / 2 && evensOut(self, receiver, costCores);
      const camera = closest(movable.filter(fits), amountCores);
      return camera === undefined ? [] : [{ ...camera, to: receiver.id }];
    });
    return options[Math.floor(random() * options.length)];
  }

  /** Whether to take over a camera, by what is true of both at this moment. A closing worker's cameras are always taken. */
  accepts(situation: Situation, { donor, costCores }: HandOverOffer): boolean {
    const { self, others } = situation;
    if (!takesCameras(self)) return false;
    if (donor.isLeaving) return true;
    if (!evensOut(donor, self, costCores)) return false;
    const isBetter = (other: WorkerLoad) =>
      takesCameras(other) &&
      evensOut(donor, other, costCores) &&
      relativeLoad(self) - relativeLoad(other) >= costCores / 2 / Math.min(self.capacityCores, other.capacityCores);
    return missingCoresOf(situation)(self) >= costCores / 2 || !others.some(isBetter);
  }
}

/**
 * When nothing else fits: of workers with the same load, only some may have a camera small enough for the last difference. The most loaded
 * offers to the least loaded, the next to the next, so that not all offer to one.
 */
function toItsCounterpart(
  self: WorkerLoad,
  others: readonly WorkerLoad[],
  movable: readonly CameraCost[],
): readonly PlannedHandOver[] {
  const byLoad = (a: WorkerLoad, b: WorkerLoad) => relativeLoad(a) - relativeLoad(b) || (a.id < b.id ? -1 : 1);
  const receivers = others.filter(takesCameras).sort(byLoad);
  const moreLoaded = others.filter((other) => byLoad(self, other) < 0).length;
  for (const receiver of [receivers[moreLoaded], receivers[0]]) {
    if (receiver === undefined) continue;
    const fitting = movable.filter(({ costCores }) => evensOut(self, receiver, costCores));
    const camera = closest(fitting, (self.loadCores - receiver.loadCores) / 2);
    if (camera !== undefined) return [{ ...camera, to: receiver.id }];
  }
  return [];
}

/** Whether the camera brings the two nearer to each other, by enough to be worth it. Of equal workers: they differ by more than it. */
function evensOut(donor: Balance, receiver: Balance, costCores: number): boolean {
  const before = (donor.loadCores - costCores / 2) / donor.capacityCores;
  const after = (receiver.loadCores + costCores / 2) / receiver.capacityCores;
  return before - after > (HYSTERESIS * costCores) / Math.max(donor.capacityCores, receiver.capacityCores);
}

function plus({ loadCores, capacityCores }: Balance, costCores: number): Balance {
  return { loadCores: loadCores + costCores, capacityCores };
}

function closest(cameras: readonly CameraCost[], costCores: number): CameraCost | undefined {
  const distance = (camera: CameraCost) => Math.abs(camera.costCores - costCores);
  return cameras.reduce<CameraCost | undefined>(
    (best, camera) => (best === undefined || distance(camera) < distance(best) ? camera : best),
    undefined,
  );
}

/** Of the camera: what two measurements of the same camera differ by must not move it to and fro. */
const HYSTERESIS = 0.1;
