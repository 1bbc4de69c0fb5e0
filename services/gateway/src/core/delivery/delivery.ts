import type { WatchRequest } from '@oriel/stream-protocol';
import type { WatchedCamera } from '../cameras/watched-camera.ts';

/** What a viewer asks for of one camera. */
export type DeliveryRequest = Omit<WatchRequest, 'camera'>;

/**
 * What one viewer is sent of one camera. `Viewer` has one for each camera watched and knows nothing of what they send; `Deliveries`
 * makes them. A change of format ends one delivery and begins another.
 *
 * Every kind keeps to this:
 *
 * - **Ownership.** It owns its source, what waits, and its credit. The line belongs to the viewer, and all its deliveries share it.
 * - **Pace.** It hands nothing over while the line is not flushed or its credit is spent. Each arrival gives credit back and sends what is
 *   due next, so a slow line gets less, never older.
 * - **Memory.** What waits is shared with all other viewers of the camera, and bounded by the kind's rule, not by the viewer's speed.
 * - **Order.** Nothing goes out that is older than what went before.
 * - **Loss.** What may be left out is the rule of the kind. It is counted, and told with the next thing that is sent (`skipped`).
 *   - `picture`: each stands by itself, so the newest takes the place of the one that waits (`PictureDelivery`).
 *   - `coded`: a unit needs all units since its keyframe, so it begins at a keyframe and leaves none out within a group of pictures. Out of
 *     credit for longer than the camera's `maxLatencyMs`, it drops the rest of the group and goes on at the newest keyframe; that one unit
 *     must say that it does not continue the one before.
 * - **Change.** The old choice goes on until the new one has something to show, so that the picture never goes black: at its first picture, or
 *   at its first keyframe.
 * - **Demand.** A source that somebody has to make states so itself: the picture fan-out tells the transcoders which renditions it wants. What
 *   the camera sends is on the media bus anyway; forwarding it wants no rendition, and must not start a decoder.
 */
export interface Delivery {
  /** Starts, or changes what is sent. @returns the id of what was chosen, e.g. of a rendition */
  change(camera: WatchedCamera, request: DeliveryRequest): string;
  /** Sends the next thing if there is one, the line is flushed and there is credit. @returns whether something went out */
  sendNext(): boolean;
  /** Lets go of source and line: nothing is sent after this, whatever arrives late. */
  end(): void;
}
