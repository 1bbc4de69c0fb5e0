import type { WorkerLoad } from '../sharing/worker-load.ts';

export interface LeaseGrant {
  readonly cameraId: string;
  readonly epoch: number;
  /** What the last holder measured; undefined for a camera that nobody has held. */
  readonly cost: number | undefined;
}

/** A right to a camera, as a worker believes to have it: `token` is what the store knows the worker by. */
export interface LeaseToken {
  readonly cameraId: string;
  readonly token: string;
}

export interface SyncRequest {
  readonly self: WorkerLoad;
  /** Workers on one host share its cores. */
  readonly host: string;
  /** To renew. */
  readonly held: readonly LeaseToken[];
  /** To renew; where the holder's lock has run out, the camera passes to the successor. */
  readonly successions: readonly LeaseToken[];
  /** Of cameras whose cost has changed, for whoever holds them next. */
  readonly newCosts: ReadonlyMap<string, number>;
}

export interface SyncAnswer {
  /** Cameras that can be taken now. */
  readonly waiting: number;
  /** Those of them that have waited for longer than a sync interval, so that every worker has had its turn. */
  readonly leftOver: number;
  /** Until the next lock runs out unless it is renewed; undefined while nobody holds a camera. */
  readonly nextExpiryMs: number | undefined;
  /** Camera ids that somebody else holds, or that the store has forgotten. */
  readonly lost: readonly string[];
  /** Camera ids that were withdrawn. */
  readonly withdrawn: readonly string[];
  /** Camera ids whose successor this worker was, and whose holder it is now. */
  readonly passed: readonly string[];
  /** Other living workers of the queue. */
  readonly others: readonly WorkerLoad[];
  /** Workers of the queue on this host, this one included. */
  readonly hostWorkers: number;
}

/**
 * - `keep`: whoever shows the token keeps the camera
 * - `free`: whoever comes first may take it
 * - `remove`: it is offered no more
 */
export type WithoutSuccessor = 'keep' | 'free' | 'remove';

/**
 * Who holds which camera of one queue. Each call is one step that all workers see happen at one moment. Rejects with a ControlError
 * while the store does not answer; what was asked may have happened nevertheless.
 */
export interface LeaseStore {
  /** Grants up to `most` cameras that nobody holds. They are held from then on by whoever shows this token. */
  take(token: string, most: number): Promise<readonly LeaseGrant[]>;
  /** Renews everything that a worker has, and exchanges loads with the others. */
  sync(request: SyncRequest): Promise<SyncAnswer>;
  /** Makes `token` the successor of the holder with `holderToken`; undefined unless that one holds the camera and has no successor. */
  beginSuccession(cameraId: string, holderToken: string, token: string): Promise<LeaseGrant | undefined>;
  /** The holder keeps the camera: this successor cannot get it any more. */
  cancelSuccession(succession: LeaseToken): Promise<void>;
  /**
   * Ends a holder's right in favour of its successor, or of nobody; or a succession.
   * @returns the token of the successor that holds the camera now
   */
  release(lease: LeaseToken, withoutSuccessor: WithoutSuccessor): Promise<string | undefined>;
  /** The last one granted; undefined when the store has lost its data since. */
  newestEpoch(cameraId: string): Promise<number | undefined>;
  /** Takes the worker off the load board. */
  leave(workerId: string): Promise<void>;
}
