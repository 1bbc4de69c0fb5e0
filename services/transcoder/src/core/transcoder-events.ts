/** What happens while cameras are transcoded, for metrics. One call per event; must not throw. */
import type { DecodeFaultReason } from './engine/engine.ts';

export interface TranscoderEvents {
  decoded(cameraId: string, decodeUs: number): void;
  encoded(cameraId: string, encodeUs: number, bytes: number): void;
  /** Pictures or access units were left out to be live again. */
  jumped(cameraId: string): void;
  /** A picture that was due was not encoded: a newer one came before it was its turn, or it got too old. */
  missed(cameraId: string): void;
  /** Access units that were never decoded, `keyframes-only` is on purpose. */
  dropped(cameraId: string, reason: DropReason, count: number): void;
  fault(cameraId: string, reason: FaultReason): void;
  /**
   * Which share of its wanted frames is made of the camera that gets the smallest one, 0 to 1, and how many cores all transcoders together
   * lack. Every second.
   */
  frameShare(share: number, shortCores: number): void;
}

export type DropReason = 'behind' | 'overflow' | 'awaiting-keyframe' | 'keyframes-only';
export type FaultReason = DecodeFaultReason | 'concealed' | 'encode-failed' | 'publish-failed';
