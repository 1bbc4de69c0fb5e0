import type { ServiceName } from '@oriel/model';

/** One running process. Written every second, expires 3 s after the last heartbeat. */
export interface Instance {
  readonly id: string;
  readonly service: ServiceName;
  readonly version: string;
  readonly host: string;
  readonly pid: number;
  /** Base URL of health and metrics within this network, e.g. `http://10.0.0.3:9101`. */
  readonly healthUrl: string;
  readonly startedAtMs: number;
  readonly healthy: boolean;
  /** What is missing; absent while healthy. */
  readonly problem?: string;
  /** Cores that this process used over the last seconds, and how many it may use. */
  readonly cpuCores: number;
  readonly capacityCores: number;
  readonly rssBytes: number;
  /** Ids of the cameras held (ingest, transcoder). */
  readonly cameras: readonly string[];
  /** Number of viewers served (gateway). */
  readonly viewers: number;
  /** Cores that its cameras need at their full frame rate; may exceed `capacityCores`. */
  readonly loadCores?: number;
  /** What is missing to show every camera at its full frame rate, e.g. "1.6 cores short: …"; absent while nothing is. */
  readonly shortage?: string;
  /** Most cameras that it may hold (ingest, transcoder). */
  readonly maxCameras?: number;
  /** Cameras whose pictures it cannot make, does not get, or makes only in part; absent while there are none. */
  readonly pictures?: readonly PictureReport[];
}

/** A process's report on the pictures of one camera. */
export interface PictureReport {
  readonly cameraId: string;
  /** Share of the wanted frames that is shown, 0 to 1; absent while all are shown. */
  readonly frameShare?: number;
  /** Set while only keyframes are decoded, for lack of cores. */
  readonly keyframesOnly?: boolean;
  /** Why there is no picture; absent while there is one. */
  readonly trouble?: PictureTrouble;
}

export interface PictureTrouble {
  /** Stable identifier: `too-large`, `not-decodable`, `no-picture`, `no-transcoder-room`, … */
  readonly code: string;
  /** One sentence for the camera's owner. */
  readonly message: string;
}

export interface InstanceBoard {
  heartbeat(instance: Instance): Promise<void>;
  remove(instanceId: string): Promise<void>;
  all(): Promise<readonly Instance[]>;
}
