/**
 * How much a worker can carry, and how much of that a camera costs. The service that runs a queue's workers chooses one policy for the queue.
 * The rule that shares out cameras is the same for all policies.
 */
export interface CapacityPolicy {
  /** Unit of costs, loads and capacities, e.g. `cores`. */
  readonly unit: string;
  /** Cost assumed for a camera while no worker has any; above 0. */
  readonly unknownCost: number;
  /** Fraction by which two measurements of an unchanged camera may differ, 0 to 1. */
  readonly noise: number;
  /**
   * Highest load that this worker can carry; above 0.
   * @param hostWorkers workers of the queue on this host, this one included
   */
  capacity(hostWorkers: number): number;
  /**
   * Cost of a camera, above 0; undefined if unknown.
   * @param reported cost as last measured by a holder; undefined if never measured
   */
  costOf(reported: number | undefined): number | undefined;
}
