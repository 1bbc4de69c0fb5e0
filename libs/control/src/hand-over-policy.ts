import { relativeLoad, type WorkerLoad } from './lease-load.ts';

export interface CameraCost {
  readonly cameraId: string;
  readonly costCores: number;
}

export interface PlannedHandOver extends CameraCost {
  /** Instance id of the worker that shall take it over. */
  readonly to: string;
}

type Balance = Pick<WorkerLoad, 'loadCores' | 'capacityCores'>;

/**
 * Who hands which camera to whom. Pure.
 *
 * Every worker computes the same transfers from the same board: what is above the common level is laid beside what is missing
 * below it, largest first. It then offers its own part. Boards differ by what happened since they were read, so the
 * receiver has the last word, by its own load: each hand-over it accepts brings the two closer together, and so, with any
 * number of workers deciding at once, cameras stop moving.
 */
export class HandOverPolicy {
  /** What this worker should hand over now, of the cameras that can be moved. */
  plan(self: WorkerLoad, others: readonly WorkerLoad[], movable: readonly CameraCost[]): readonly PlannedHandOver[] {
    const planned: PlannedHandOver[] = [];
    const left = new Map(movable.map((camera) => [camera.cameraId, camera]));
    let donor: Balance = self;
    const transfers = transfersOf(self, others);
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
    return planned.length > 0 || transfers.length === 0 ? planned : toLeastLoaded(self, others, movable);
  }

  /** Whether to take over a camera, by what is true of both at this moment. A closing worker's cameras are always taken. */
  accepts(self: WorkerLoad, donor: Balance & { readonly isLeaving: boolean }, costCores: number): boolean {
    if (self.isLeaving || !self.hasRoom) return false;
    return donor.isLeaving || evensOut(donor, self, costCores);
  }
}

/** When nothing else fits: of workers with the same load, only some may have a camera small enough for the last difference. */
function toLeastLoaded(
  self: WorkerLoad,
  others: readonly WorkerLoad[],
  movable: readonly CameraCost[],
): readonly PlannedHandOver[] {
  const receivers = others.filter(({ hasRoom, isLeaving }) => hasRoom && !isLeaving);
  const least = receivers.reduce((a, b) => (relativeLoad(b) < relativeLoad(a) ? b : a));
  const fitting = movable.filter(({ costCores }) => evensOut(self, least, costCores));
  const camera = closest(fitting, (self.loadCores - least.loadCores) / 2);
  return camera === undefined ? [] : [{ ...camera, to: least.id }];
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

interface Transfer {
  readonly receiver: WorkerLoad;
  readonly amountCores: number;
}

/** This worker's part of the transfers that would bring all to the same relative load. */
function transfersOf(self: WorkerLoad, others: readonly WorkerLoad[]): readonly Transfer[] {
  const all = [self, ...others];
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const capacityCores = ({ isLeaving, capacityCores: cores }: WorkerLoad) => (isLeaving ? 0 : cores);
  const level = sum(all.map(({ loadCores }) => loadCores)) / sum(all.map(capacityCores));
  const surplusOf = (worker: WorkerLoad) => worker.loadCores - level * capacityCores(worker);
  if (!Number.isFinite(level) || (surplusOf(self) <= 0 && !self.isLeaving)) return [];
  const byAmount = (a: WorkerLoad, b: WorkerLoad) =>
    Math.abs(surplusOf(b)) - Math.abs(surplusOf(a)) || (a.id < b.id ? -1 : 1);
  const donors = all.filter((worker) => surplusOf(worker) > 0 || worker.isLeaving).sort(byAmount);
  const receivers = others.filter((w) => surplusOf(w) < 0 && w.hasRoom && !w.isLeaving).sort(byAmount);
  const missingCores = -sum(receivers.map(surplusOf));
  const index = donors.indexOf(self);
  if (receivers.length === 0) return [];

  // Receivers without room are left out: what they miss is shared by the others.
  const scale = missingCores / sum(donors.map(surplusOf));
  const start = sum(donors.slice(0, index).map(surplusOf)) * scale;
  const end = start + surplusOf(self) * scale;
  const transfers: Transfer[] = [];
  let receiverStart = 0;
  for (const receiver of receivers) {
    const receiverEnd = receiverStart - surplusOf(receiver);
    const amountCores = Math.min(end, receiverEnd) - Math.max(start, receiverStart);
    if (amountCores > 0) transfers.push({ receiver, amountCores: amountCores / Math.min(1, scale) });
    receiverStart = receiverEnd;
  }
  return transfers;
}

/** Of the camera: what two measurements of the same camera differ by must not move it to and fro. */
const HYSTERESIS = 0.1;
