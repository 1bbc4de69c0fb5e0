import type { VideoFormat } from './nal-rules.ts';

/** A finished access unit, its time still as the camera wrote it. */
export interface AssembledAccessUnit {
  readonly data: Uint8Array;
  readonly isKeyframe: boolean;
  /** RTP timestamp of its slices. */
  readonly rtpTimestamp: number;
  /** When its last packet arrived. */
  readonly arrivalTimeUs: number;
  readonly lostPacketsBefore: number;
  readonly isDamaged: boolean;
  readonly format: VideoFormat | undefined;
}
