import type { CapacityPolicy } from './capacity-policy.ts';

/** A number of cameras that all cost the same: for work that is cheap, or whose cost cannot be measured. */
export class FixedCapacity implements CapacityPolicy {
  readonly unit = 'cameras';
  readonly unknownCost = 1;
  readonly noise = 0;
  readonly #maxCameras: number;

  /** @param maxCameras above 0; workers get cameras in proportion to it */
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
