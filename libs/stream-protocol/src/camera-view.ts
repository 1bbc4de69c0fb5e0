import type { CameraState, VideoCodec } from '@oriel/model';

/** A camera as API and page show it, without its address and credentials. */
export interface CameraView {
  readonly id: string;
  readonly name: string;
  readonly state: CameraState;
  /** Why the state is not `live`, in plain words. */
  readonly reason?: string;
  /** Stable identifier of the reason, e.g. `unauthorized`. */
  readonly reasonCode?: string;
  /** A remark on a working picture. */
  readonly warning?: string;
  /** Share of the wanted frames that is shown, 0 to 1, while transcoders lack cores; absent while all are shown. */
  readonly frameShare?: number;
  readonly codec?: VideoCodec;
  readonly width?: number;
  readonly height?: number;
  readonly framerate?: number;
  readonly bitrateKbps?: number;
  readonly transport?: string;
  readonly reconnects?: number;
  readonly sinceMs?: number;
  readonly nextAttemptAtMs?: number;
}
