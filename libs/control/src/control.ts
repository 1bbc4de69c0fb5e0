/** What services tell each other through the control Redis. One class implements each interface; `keys.ts` spells the keys. */

import type { CameraState, Rendition, ServiceName, VideoCodec } from '@oriel/model';
import type { CapacityPolicy } from './leases/sharing/capacity-policy.ts';

export interface Want {
  readonly cameraId: string;
  readonly rendition: Rendition;
}

/** Which gateway wants which rendition of which camera. A gateway's wants expire by themselves 3 s after its last renewal. */
export interface DemandBoard {
  /** Replaces all wants of this gateway. Called on every change and at least once a second. Expiry uses Redis' clock. */
  renew(gatewayId: string, wants: readonly Want[]): Promise<void>;
  /** Distinct renditions wanted now, per camera; a camera that nobody wants is absent. */
  wanted(): Promise<ReadonlyMap<string, readonly Rendition[]>>;
  /** Calls back within milliseconds of a renewal that changed something (pub/sub); expiries are found by polling `wanted`. */
  subscribe(onChange: (cameraIds: readonly string[]) => void): Promise<() => Promise<void>>;
}

/** What ingest knows of a camera; the page shows it. Holds no secret. */
export interface CameraStatus {
  readonly cameraId: string;
  readonly state: CameraState;
  /** In the words of a camera owner, e.g. "The camera refused the user name or password." Empty while all is well. */
  readonly reason?: string;
  /** Stable word behind the reason: `unauthorized`, `not-found`, `unreachable`, `unsupported-media`, … */
  readonly reasonCode?: string;
  /** A remark beside a working picture, e.g. that buffer_size cannot hold a GOP. */
  readonly warning?: string;
  readonly codec?: VideoCodec;
  readonly width?: number;
  readonly height?: number;
  /** Measured over the last seconds. */
  readonly framerate?: number;
  readonly bitrateKbps?: number;
  readonly keyframeIntervalMs?: number;
  readonly transport?: 'tcp' | 'udp' | 'multicast' | 'http' | 'tls';
  readonly reconnects: number;
  readonly lostPackets: number;
  /** When the state began, milliseconds since the Unix epoch. */
  readonly sinceMs: number;
  /** When the next attempt comes, while offline. */
  readonly nextAttemptAtMs?: number;
  /** Instance id of the ingest that holds the camera. */
  readonly instanceId: string;
  readonly epoch: number;
}

export interface CameraStatusBoard {
  publish(status: CameraStatus): Promise<void>;
  get(cameraId: string): Promise<CameraStatus | undefined>;
  all(): Promise<readonly CameraStatus[]>;
  remove(cameraId: string): Promise<void>;
  subscribe(onStatus: (status: CameraStatus) => void): Promise<() => Promise<void>>;
}

/**
 * One time for all services, whatever their hosts' clocks say: that of the control Redis. Everything that one process stamps and
 * another judges or shows is in it. Durations within a process are measured with its monotonic clock.
 */
export interface SharedClock {
  /** Milliseconds since the Unix epoch, with fractions. */
  nowMs(): number;
  /**
   * What this clock showed when the process' own (`performance.timeOrigin + performance.now()`) showed `processUs`: both whole
   * microseconds since the Unix epoch.
   */
  fromProcessUs(processUs: number): number;
}

/** One running process. Written every second, expires 3 s after the last heartbeat. */
export interface Instance {
  readonly id: string;
  readonly service: ServiceName;
  readonly version: string;
  readonly host: string;
  readonly pid: number;
  /** Where health and metrics answer, as seen from this network, e.g. `http://10.0.0.3:9101`. */
  readonly healthUrl: string;
  readonly startedAtMs: number;
  readonly healthy: boolean;
  /** What is missing, when not healthy. */
  readonly problem?: string;
  /** Cores in use by this process over the last seconds, and how many it may use. */
  readonly cpuCores: number;
  readonly capacityCores: number;
  readonly rssBytes: number;
  /** Cameras held (ingest, transcoder), viewers served (gateway). */
  readonly cameras: readonly string[];
  readonly viewers: number;
  /** Cores that its cameras take at their full frame rate; may be above `capacityCores`. */
  readonly loadCores?: number;
  /** What it lacks to show every camera at its full frame rate, e.g. "1.6 cores short: …"; absent while nothing is missing. */
  readonly shortage?: string;
  /** Most cameras that it holds (ingest, transcoder). */
  readonly maxCameras?: number;
  /** Cameras whose pictures there is something to say of: it cannot make them, or gets none, or not all; absent while there is nothing. */
  readonly pictures?: readonly PictureReport[];
}

/** What a process says of the pictures of one camera. */
export interface PictureReport {
  readonly cameraId: string;
  /** Share of the wanted frames that is shown, 0 to 1; absent while all are. */
  readonly frameShare?: number;
  /** Present when only keyframes are decoded, as there are too few cores for more. */
  readonly keyframesOnly?: boolean;
  /** Why there is no picture; absent while there is one. */
  readonly trouble?: PictureTrouble;
}

export interface PictureTrouble {
  /** Stable word: `too-large`, `not-decodable`, `no-picture`, `no-room`, … */
  readonly code: string;
  /** One sentence, in the words of a camera owner. */
  readonly message: string;
}

export interface InstanceBoard {
  heartbeat(instance: Instance): Promise<void>;
  remove(instanceId: string): Promise<void>;
  all(): Promise<readonly Instance[]>;
}

export type LeaseQueueName = 'ingest' | 'transcode';

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
