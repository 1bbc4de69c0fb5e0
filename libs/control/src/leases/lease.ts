import type { LeaseQueueName } from '@oriel/model';
import type { CapacityPolicy } from './sharing/capacity-policy.ts';

/** The right to work on one camera. docs/leases.md draws its life. */
export interface Lease {
  readonly cameraId: string;
  /** Grows with each grant of this camera's lease in this queue; the higher one is current. */
  readonly epoch: number;
  /**
   * Aborts when the lease is lost (its lock was not renewed in time, e.g. after a pause of the process), withdrawn, handed back or handed over.
   * Work must stop publishing at once. `signal.reason` is a ControlError with the code `lease-lost`, `lease-withdrawn`,
   * `lease-handed-back` or `lease-handed-over`.
   */
  readonly signal: AbortSignal;
  /**
   * Call before each action that only the holder may take. After a pause of the process (SIGSTOP, a debugger, a
   * suspended machine), other callbacks may run before the one that aborts the signal; this method checks the clock.
   * @throws ControlError when the lease has ended; `signal` is then aborted.
   */
  assertCurrent(): void;
  /**
   * Whether no other process can publish this camera with a higher epoch: none was granted, and any holder whose grant the control Redis
   * lost has given up by now. Early in a lease it waits for that, for 1.3 s at most. False once the lease has ended.
   * @throws ControlError while the control Redis does not answer
   */
  hasHighestEpoch(): Promise<boolean>;
  /** Cost of this camera as its last holder measured it, in the unit of the queue's capacity policy; undefined when never measured. */
  readonly cost: number | undefined;
  /**
   * True while another process still holds the camera and this one, with the higher epoch, prepares to take over without a gap. A successor
   * works and publishes like any holder, but does not yet publish the camera's status. False once the lease has been passed on.
   */
  readonly isSuccessor: boolean;
  /**
   * Reports the first output (a JPEG, a keyframe). A successor then receives the lease. A holder's camera can be handed over from then on,
   * since it has a picture that must not stop. Calling it again does nothing.
   */
  markReady(): void;
  /** Reports that there is no output now, e.g. because the camera is offline. The lease is not handed over, and is given back at once on close. */
  markIdle(): void;
  /** Reports the measured cost of this camera at its full frame rate, in the unit of the queue's capacity policy. Call about once a second. */
  reportCost(cost: number): void;
}

export interface LeaseOffers {
  /** Makes these cameras available to workers. Does nothing for those already offered, held or not. */
  offer(queue: LeaseQueueName, ...cameraIds: readonly string[]): Promise<void>;
  /** Removes the camera from the queue. Its holder's signal aborts. */
  withdraw(queue: LeaseQueueName, cameraId: string): Promise<void>;
  /** Ids of the cameras offered now, held or waiting. */
  offered(queue: LeaseQueueName): Promise<readonly string[]>;
}

export interface LeaseWorkerOptions {
  readonly queue: LeaseQueueName;
  readonly instanceId: string;
  /** Most cameras that this process holds at a time. */
  readonly maxLeases: number;
  /** How workers weigh cameras when they share them out; the same for all workers of the queue. @defaultValue all cameras weigh the same */
  readonly capacity?: CapacityPolicy;
  /**
   * Checks what the work needs besides leases, e.g. the media Redis. While the check fails here, cameras move to workers where it passes.
   * @defaultValue no check
   */
  readonly reaches?: () => Promise<unknown>;
  /** Works on the camera for as long as it is held. Resolving removes the camera from the queue; rejecting offers it again after a pause. */
  readonly run: (lease: Lease) => Promise<void>;
}

export interface LeaseWorkerLoad {
  /** Total cost of this worker's cameras, and what it can carry, in the unit of its capacity policy. */
  readonly load: number;
  readonly capacity: number;
  /** Capacity that all workers of the queue together lack; 0 while nothing is missing. */
  readonly short: number;
}

/** Takes leases, runs them and renews their locks. A dead worker's leases become free about 2 s after its death. */
export interface LeaseWorker {
  start(): Promise<void>;
  /** Ids of the cameras held now, without those being taken over. */
  readonly held: readonly string[];
  readonly load: LeaseWorkerLoad;
  /** Hands over, without a gap, the cameras that others can take. Gives the rest back once their `run` has ended. */
  close(): Promise<void>;
}
