import type { CameraState, VideoCodec } from '@oriel/model';

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
