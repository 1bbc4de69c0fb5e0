/**
 * How many cameras a transcoder takes where the configuration does not say. Pure.
 *
 * Too few cores never leave a tile black: cameras are then shown at a lower rate. So this only guards memory, and the processor's time that
 * each camera takes whatever is shown of it.
 * @param cores that the process may use, fractions included
 */
export function automaticMaxCameras(cores: number): number {
  return Math.max(MIN_CAMERAS, Math.floor(cores * CAMERAS_PER_CORE));
}

/** A core decodes and encodes about so many small ones: 640x360 at 15 frames/s takes 0.018 of it. */
const CAMERAS_PER_CORE = 64;
/** As many as one viewer may watch at a time, so that one transcoder, however small, can carry one page. */
const MIN_CAMERAS = 64;
