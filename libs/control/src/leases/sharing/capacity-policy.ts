/**
 * How much a worker can carry and what a camera takes of it. Each queue has one policy, and the service that runs its workers chooses it; how cameras are shared
 * out is the same for all.
 */
export interface CapacityPolicy {
  /** What costs, loads and capacities are counted in, such as `cores`. */
  readonly unit: string;
  /** Cost of a camera while nobody has measured any camera of the queue; above 0. */
  readonly unknownCost: number;
  /** By what fraction two measurements of an unchanged camera may differ, 0 to 1. */
  readonly noise: number;
  /**
   * What this worker can carry, in units; above 0.
   * @param hostWorkers workers of the queue on this host, this one included
   */
  capacity(hostWorkers: number): number;
  /**
   * What the camera costs, in units, above 0; undefined while that is unknown.
   * @param reported what its holder measured last; undefined when none did
   */
  costOf(reported: number | undefined): number | undefined;
}
