import type { CapacityPolicy } from './capacity-policy.ts';

/** So many cameras, all equal: for work that a worker has plenty of room for, or whose cost nobody can measure. */
export class FixedCapacity implements CapacityPolicy {
  readonly unit = 'cameras';
  readonly unknownCost = 1;
  readonly noise = 0;
  readonly #maxCameras: number;

  /** @param maxCameras above 0; workers with more get more in proportion */
  constructor(maxCameras: number) {
    this.#maxCameras = maxCameras;
  }

  capacity(): number {
    return this.#maxCameras;
  }

  costOf(): number {
    return 1;
  }
}
