import type { CameraState, VideoCodec } from '@oriel/model';

/** What ingest knows about a camera, as shown on the page. Contains no secret. */
export interface CameraStatus {
  readonly cameraId: string;
  readonly state: CameraState;
  /** For the camera's owner, e.g. "The camera refused the user name or password." Absent or empty while all is well. */
  readonly reason?: string;
  /** Stable identifier of the reason: `unauthorized`, `not-found`, `unreachable`, `unsupported-media`, … */
  readonly reasonCode?: string;
  /** A remark on a working picture, e.g. that buffer_size cannot hold a GOP. */
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
  /** When the next attempt is due, while offline; milliseconds since the Unix epoch. */
  readonly nextAttemptAtMs?: number;
  /** Instance id of the ingest service that holds the camera. */
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
