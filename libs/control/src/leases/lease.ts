import type { LeaseQueueName } from '@oriel/model';
import type { CapacityPolicy } from './sharing/capacity-policy.ts';

/** The right to work on one camera. docs/leases.md draws its life. */
export interface Lease {
  readonly cameraId: string;
  /** Grows with each grant of this camera's lease in this queue; the higher one is current. */
  readonly epoch: number;
  /**
   * Aborted when the lease is lost (lock not renewed in time, as after a pause of the process), withdrawn, or handed over.
   * Work must stop publishing at once. `signal.reason` is a ControlError that says which: `lease-lost`, `lease-withdrawn`,
   * `lease-handed-back` or `lease-handed-over`.
   */
  readonly signal: AbortSignal;
  /**
   * To be called before each thing that only the holder may do. After a pause of the process (SIGSTOP, a debugger, a
   * suspended machine) other callbacks may run before the one that aborts the signal; this looks at the clock.
   * @throws ControlError when the lease has ended; `signal` is aborted then.
   */
  assertCurrent(): void;
  /**
   * Whether nobody else can publish this camera with a higher epoch: none was granted, and a holder whose grant the control Redis
   * has forgotten has given up by now. In the first moments of a lease it waits for that, 1.3 s at most. False once the lease is over.
   * @throws ControlError while the control Redis does not answer
   */
  hasHighestEpoch(): Promise<boolean>;
  /** What this camera costs, as its last holder measured, in the unit of the queue's capacity policy; undefined when nobody has. */
  readonly cost: number | undefined;
  /**
   * Another process still holds the camera and works on it; this one, with the higher epoch, is to take over without a gap. It
   * works and publishes like any holder, but does not yet speak for the camera (status). Turns false when the lease has passed.
   */
  readonly isSuccessor: boolean;
  /**
   * The first output is out (a JPEG, a keyframe). A successor gets the lease then; a holder's camera can be handed over from
   * then on, since there is a picture that must not stop. Calling it again does nothing.
   */
  markReady(): void;
  /** There is no output at the moment, as from a camera that is away: the lease stays where it is, and goes back at once on close. */
  markIdle(): void;
  /** What this camera costs at its full frame rate, as measured, in the unit of the queue's capacity policy. Every second or so. */
  reportCost(cost: number): void;
}

export interface LeaseOffers {
  /** Makes sure that workers can take these cameras; does nothing for those that are offered already, held or not. */
  offer(queue: LeaseQueueName, ...cameraIds: readonly string[]): Promise<void>;
  /** Takes the camera away from the queue; its holder's signal aborts. */
  withdraw(queue: LeaseQueueName, cameraId: string): Promise<void>;
  /** Camera ids that are offered now, held or waiting. */
  offered(queue: LeaseQueueName): Promise<readonly string[]>;
}

export interface LeaseWorkerOptions {
  readonly queue: LeaseQueueName;
  readonly instanceId: string;
  /** Most cameras this process holds at a time. */
  readonly maxLeases: number;
  /** How cameras are weighed when workers share them out; the same for all workers of the queue. @defaultValue all alike */
  readonly capacity?: CapacityPolicy;
  /**
   * Asks what the work needs beside leases, as the media Redis. While it does not answer this worker, its cameras go to workers that it does
   * answer. @defaultValue nothing
   */
  readonly reaches?: () => Promise<unknown>;
  /** Runs for as long as the camera is held; resolving ends the lease for good, rejecting offers it anew after a pause. */
  readonly run: (lease: Lease) => Promise<void>;
}

export interface LeaseWorkerLoad {
  /** What the cameras of this worker cost, and what it can carry, in the unit of its capacity policy. */
  readonly load: number;
  readonly capacity: number;
  /** What all workers of the queue together lack to carry their cameras; 0 while nothing is missing. */
  readonly short: number;
}

/** Takes leases and runs them; renews their locks; a dead holder's leases come free about 2 s after its death. */
export interface LeaseWorker {
  start(): Promise<void>;
  /** Camera ids held now, without those that are being taken over. */
  readonly held: readonly string[];
  readonly load: LeaseWorkerLoad;
  /** Hands the cameras over that others can take, without a gap; gives the rest back, after each `run` has ended. */
  close(): Promise<void>;
}
