import type { WatchRequest } from '@oriel/stream-protocol';
import type { WatchedCamera } from '../cameras/watched-camera.ts';

/** What a viewer asks for, without the camera's id. */
export type DeliveryRequest = Omit<WatchRequest, 'camera'>;

/**
 * Sends one camera to one viewer. `Viewer` has one for each watched camera and does not know what it sends. `Deliveries` creates them. A
 * change of format ends one delivery and begins another. `PictureDelivery` is the only kind so far; the rules below also fit coded video.
 *
 * Rules for every kind:
 *
 * - **Ownership.** A delivery owns its source, its waiting frames and its credit. All deliveries of a viewer share the viewer's line.
 * - **Pace.** It sends only while the line is flushed and credit is left. Each arrival returns credit and sends what is due next, so a slow
 *   line gets fewer frames, never older ones.
 * - **Memory.** Waiting frames are shared with all other viewers of the camera. The kind's rule bounds them, not the viewer's speed.
 * - **Order.** It never sends anything older than what it sent before.
 * - **Loss.** Each kind has its own rule for what may be dropped. Drops are counted and reported with the next frame (`skipped`).
 *   - Pictures are independent of each other, so the newest replaces the waiting one (`PictureDelivery`).
 *   - Coded video depends on every unit since the keyframe. It starts at a keyframe and skips none within a group of pictures. Out of credit
 *     for longer than the camera's `maxLatencyMs`, it drops the rest of the group and resumes at the newest keyframe, which must be marked as
 *     not continuing the previous unit.
 * - **Change.** The old choice continues until the new one delivers its first picture or keyframe, so that the picture never goes black.
 * - **Demand.** A source that has to be produced announces its own demand: the picture fan-out tells transcoders which renditions it wants.
 *   Coded video is on the media bus anyway. Forwarding it needs no rendition and must not start a decoder.
 */
export interface Delivery {
  /** Starts sending, or changes what is sent. @returns the id of what was chosen, e.g. of a rendition */
  change(camera: WatchedCamera, request: DeliveryRequest): string;
  /** Sends the next frame if one waits, the line is flushed and credit is left. @returns whether it sent one */
  sendNext(): boolean;
  /** Releases source and line. Nothing is sent afterwards, whatever arrives late. */
  end(): void;
}
