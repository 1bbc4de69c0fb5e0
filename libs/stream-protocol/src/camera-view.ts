import type { CameraState, VideoCodec } from '@oriel/model';

/** A camera as API and page show it. No address, no secret. */
export interface CameraView {
  readonly id: string;
  readonly name: string;
  readonly state: CameraState;
  /** Plain words, present when the state is not `live`. */
  readonly reason?: string;
  /** Stable word behind the reason, e.g. `unauthorized`. */
  readonly reasonCode?: string;
  /** A remark beside a working picture. */
  readonly warning?: string;
  /** Share of the wanted frames that is shown, 0 to 1, while transcoders lack cores; absent while all are. */
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
