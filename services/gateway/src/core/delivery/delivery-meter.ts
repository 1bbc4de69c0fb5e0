/** What the core counts while it delivers; `nest/` turns it into metrics. */
export type ViewerKind = 'socket' | 'mjpeg';

/** A snapshot is one answer, so whoever asks for it is not a viewer. */
export type DeliveryKind = ViewerKind | 'snapshot';

/** Too old, from an older lease than the current one, or not newer than the last. */
export type FrameRefusal = 'late' | 'older-epoch' | 'not-newer';

export interface DeliveryMeter {
  viewersChanged(kind: ViewerKind, viewers: number): void;
  /** @param ageMs - since the picture's last packet arrived from the camera */
  frameSent(kind: DeliveryKind, bytes: number, ageMs: number): void;
  framesSkipped(kind: DeliveryKind, frames: number): void;
  /** A frame from the bus that no viewer was shown. */
  frameRefused(reason: FrameRefusal): void;
}

export const NO_METER: DeliveryMeter = {
  viewersChanged: () => undefined,
  frameSent: () => undefined,
  framesSkipped: () => undefined,
  frameRefused: () => undefined,
};
