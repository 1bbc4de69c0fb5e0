/** Events of transcoding, for metrics. One call per event; implementations must not throw. */
import type { DecodeFaultReason } from './engine/engine.ts';

export interface TranscoderEvents {
  decoded(cameraId: string, decodeUs: number): void;
  encoded(cameraId: string, encodeUs: number, bytes: number): void;
  /** Pictures or access units were skipped to be live again. */
  jumped(cameraId: string): void;
  /** A due picture was not encoded: a newer one overtook it, or it got too old. */
  missed(cameraId: string): void;
  /** Access units were not decoded. `keyframes-only` means on purpose. */
  dropped(cameraId: string, reason: DropReason, count: number): void;
  fault(cameraId: string, reason: FaultReason): void;
  /** Every second: the smallest frame share of any camera, 0 to 1, and the cores that all transcoders together lack. */
  frameShare(share: number, shortCores: number): void;
}

export type DropReason = 'behind' | 'overflow' | 'awaiting-keyframe' | 'keyframes-only';
export type FaultReason = DecodeFaultReason | 'concealed' | 'encode-failed' | 'publish-failed';
