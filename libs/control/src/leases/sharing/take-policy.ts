import { commonLevel, relativeLoad, type Situation, takesCameras, type WorkerLoad } from './lease-load.ts';

/** Who takes a camera that waits: whoever has the least load, at once; the others if it does not. Pure. */
export class TakePolicy {
  /**
   * How long this worker leaves a waiting camera to those with less load: 0 for those that take it at once; undefined when
   * it cannot take any.
   *
   * Workers that differ by no more than the camera are equals, so that in a balanced cluster nobody waits for anybody. Nor
   * does a worker wait that has less than its share of all there will be once every waiting camera is taken.
   *
   * @param costCores of the camera, as far as one knows
   */
  graceMs({ self, others, waitingCores }: Situation, costCores: number): number | undefined {
    if (!takesCameras(self)) return undefined;
    const rivals = others.filter(takesCameras);
    const overCapacity = (worker: WorkerLoad) => relativeLoad(withCamera(worker, costCores)) > 1;
    if (overCapacity(self) && rivals.some((rival) => !overCapacity(rival))) return OVER_CAPACITY_GRACE_MS;
    const own = relativeLoad(self);
    if (own < commonLevel([self, ...rivals], waitingCores)) return 0;
    const ahead = rivals.filter((rival) => relativeLoad(withCamera(rival, costCores)) < own).length;
    return Math.min(ahead * GRACE_MS, MAX_GRACE_MS);
  }
}

function withCamera(worker: WorkerLoad, costCores: number): Pick<WorkerLoad, 'loadCores' | 'capacityCores'> {
  return { loadCores: worker.loadCores + costCores, capacityCores: worker.capacityCores };
}

/** Many times what a take needs; few enough of them that a dead favourite costs no more than a lock does. */
const GRACE_MS = 100;
const MAX_GRACE_MS = 300;
/** Longer than a dead worker stays on the board: after that, a camera that is shown too slowly beats one that is not shown. */
const OVER_CAPACITY_GRACE_MS = 2_000;
