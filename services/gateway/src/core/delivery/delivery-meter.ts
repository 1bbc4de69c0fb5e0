/** Counts deliveries; `nest/` exports them as metrics. */
export type ViewerKind = 'socket' | 'mjpeg';

/** A snapshot is a single answer, so its client is not a viewer. */
export type DeliveryKind = ViewerKind | 'snapshot';

/** Too old, from an older lease, or not newer than the last frame. */
export type FrameRefusal = 'late' | 'older-epoch' | 'not-newer';

export interface DeliveryMeter {
  viewersChanged(kind: ViewerKind, viewers: number): void;
  /** @param ageMs time since the picture's last packet arrived from the camera */
  frameSent(kind: DeliveryKind, bytes: number, ageMs: number): void;
  framesSkipped(kind: DeliveryKind, frames: number): void;
  /** Counts a frame from the bus that no viewer gets. */
  frameRefused(reason: FrameRefusal): void;
}

export const NO_METER: DeliveryMeter = {
  viewersChanged: () => undefined,
  frameSent: () => undefined,
  framesSkipped: () => undefined,
  frameRefused: () => undefined,
};
