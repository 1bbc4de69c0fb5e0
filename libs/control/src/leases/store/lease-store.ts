import type { WorkerLoad } from '../sharing/worker-load.ts';

export interface LeaseGrant {
  readonly cameraId: string;
  readonly epoch: number;
  /** Cost as last measured by a holder; undefined if nobody has measured this camera. */
  readonly cost: number | undefined;
}

/** A right to a camera that a worker believes it has: as holder or successor. The store knows the right by its token. */
export interface LeaseToken {
  readonly cameraId: string;
  readonly token: string;
}

export interface SyncRequest {
  readonly self: WorkerLoad;
  /** Workers on one host share its cores. */
  readonly host: string;
  /** Locks to renew. */
  readonly held: readonly LeaseToken[];
  /** Successions to renew. If the holder's lock has expired, the camera passes to the successor. */
  readonly successions: readonly LeaseToken[];
  /** Costs that have changed, by camera id; stored for the next holder. */
  readonly newCosts: ReadonlyMap<string, number>;
}

export interface SyncAnswer {
  /** Cameras that can be taken now. */
  readonly waiting: number;
  /** Waiting cameras that every worker has had its turn to take: they have waited longer than a sync interval. */
  readonly leftOver: number;
  /** Time until the next lock expires unless renewed; undefined while nobody holds a camera. */
  readonly nextExpiryMs: number | undefined;
  /** Camera ids to which this worker has no right any more: expired, another's, cancelled, or forgotten by the store. */
  readonly lost: readonly string[];
  /** Camera ids removed from the queue. */
  readonly withdrawn: readonly string[];
  /** Camera ids that this worker succeeded to and holds now. */
  readonly passed: readonly string[];
  /** Other living workers of the queue. */
  readonly others: readonly WorkerLoad[];
  /** Workers of the queue on this host, this one included. */
  readonly hostWorkers: number;
}

/**
 * - `keep`: the holder keeps the camera
 * - `free`: any worker may take it
 * - `remove`: the camera leaves the queue
 */
export type WithoutSuccessor = 'keep' | 'free' | 'remove';

/**
 * Records who holds which camera of one queue. Each call is atomic. Rejects with a ControlError if the store does not answer; the call may
 * have taken effect nevertheless.
 */
export interface LeaseStore {
  /** Grants up to `most` cameras that nobody holds. The token proves the right to them from then on. */
  take(token: string, most: number): Promise<readonly LeaseGrant[]>;
  /** Renews all leases and successions of a worker, and exchanges loads with the others. */
  sync(request: SyncRequest): Promise<SyncAnswer>;
  /** Makes `token` the successor of the holder with `holderToken`; undefined if `holderToken` has no lock or already has a successor. */
  beginSuccession(cameraId: string, holderToken: string, token: string): Promise<LeaseGrant | undefined>;
  /** Ends a succession at the holder's request. The holder keeps the camera. */
  cancelSuccession(succession: LeaseToken): Promise<void>;
  /**
   * Gives a right up. A holder's camera goes to its successor, or else where `withoutSuccessor` says; a succession just ends.
   * @returns token of the successor that now holds the camera
   */
  release(lease: LeaseToken, withoutSuccessor: WithoutSuccessor): Promise<string | undefined>;
  /** Last epoch granted for the camera; undefined if the store has lost its data. */
  newestEpoch(cameraId: string): Promise<number | undefined>;
  /** Takes the worker off the load board. */
  leave(workerId: string): Promise<void>;
}
