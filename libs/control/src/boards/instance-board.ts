import type { ServiceName } from '@oriel/model';

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
