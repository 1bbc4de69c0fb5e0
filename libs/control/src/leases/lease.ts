import type { LeaseQueueName } from '@oriel/model';
import type { CapacityPolicy } from './sharing/capacity-policy.ts';

/** The right to work on one camera. docs/leases.md draws its life cycle. */
export interface Lease {
  readonly cameraId: string;
  /** Grows with each grant of the camera in this queue. The lease with the highest epoch is current. */
  readonly epoch: number;
  /**
   * Aborts when the lease is lost (its lock was not renewed in time, e.g. because the process was paused), withdrawn, handed back or
   * handed over. Work must stop publishing at once. `signal.reason` is a ControlError with the code `lease-lost`, `lease-withdrawn`,
   * `lease-handed-back` or `lease-handed-over`.
   */
  readonly signal: AbortSignal;
  /**
   * Call before each action that only the holder may take. After a pause of the process (SIGSTOP, a debugger), other callbacks may run
   * before the one that aborts the signal, so this method checks the clock. It misses a suspended machine: Linux stops that clock too.
   * @throws ControlError when the lease has ended; `signal` is then aborted.
   */
  assertCurrent(): void;
  /**
   * Whether no other process can publish this camera with a higher epoch: none was granted, and every holder whose grant the control
   * Redis lost has stopped by now. Early in a lease this waits up to 1.3 s for such holders to stop. False once the lease has ended.
   * @throws ControlError while the control Redis does not answer
   */
  hasHighestEpoch(): Promise<boolean>;
  /** Cost of this camera as last measured by a holder, in the unit of the queue's capacity policy; undefined if never measured. */
  readonly cost: number | undefined;
  /**
   * True while another process still holds the camera and this one, with the higher epoch, prepares to take over without a gap. A successor
   * works and publishes like a holder, except for the camera's status. False once the donor has passed the camera on.
   */
  readonly isSuccessor: boolean;
  /**
   * Reports the first output (a JPEG, a keyframe). The donor then passes the camera to a successor. From now on a holder's camera
   * is handed over rather than given back, since its picture must not stop. Repeated calls do nothing.
   */
  markReady(): void;
  /**
   * Reports that there is no output, e.g. because the camera is offline. The camera is then handed over only if this worker is cut off from
   * what its work needs, and is given back at once on close.
   */
  markIdle(): void;
  /** Reports the measured cost of this camera at its full frame rate, in the unit of the queue's capacity policy. Call about once a second. */
  reportCost(cost: number): void;
}

export interface LeaseOffers {
  /** Makes these cameras available to workers. Ignores those already offered, held or not. */
  offer(queue: LeaseQueueName, ...cameraIds: readonly string[]): Promise<void>;
  /** Removes the camera from the queue, which aborts its holder's signal. */
  withdraw(queue: LeaseQueueName, cameraId: string): Promise<void>;
  /** Ids of all offered cameras, held or waiting. */
  offered(queue: LeaseQueueName): Promise<readonly string[]>;
}

export interface LeaseWorkerOptions {
  readonly queue: LeaseQueueName;
  readonly instanceId: string;
  /** Hard limit on the cameras that this process holds at a time. */
  readonly maxLeases: number;
  /** Costs and capacities by which cameras are shared out. All workers of a queue use the same policy. @defaultValue cameras are counted */
  readonly capacity?: CapacityPolicy;
  /**
   * Checks what the work needs besides leases, e.g. the media Redis. While the check fails here, cameras move to workers where it passes.
   * @defaultValue no check
   */
  readonly reaches?: () => Promise<unknown>;
  /** Works on the camera until the signal aborts. Resolving removes the camera from the queue; rejecting frees it after a pause. */
  readonly run: (lease: Lease) => Promise<void>;
}

export interface LeaseWorkerLoad {
  /** Total cost of this worker's cameras, in the unit of its capacity policy. */
  readonly load: number;
  /** Highest load that this worker can carry, in the same unit. */
  readonly capacity: number;
  /** Capacity that the workers of the queue lack in total; 0 while they can carry their cameras. */
  readonly short: number;
}

/** Takes leases, runs them and renews their locks. A dead worker's leases become free 1.0 to 1.5 s after its death. */
export interface LeaseWorker {
  start(): Promise<void>;
  /** Ids of the cameras held now, excluding those being taken over. */
  readonly held: readonly string[];
  readonly load: LeaseWorkerLoad;
  /** Hands over, without a gap, the cameras that others can take. Gives the rest back as soon as their `run` ends. */
  close(): Promise<void>;
}
