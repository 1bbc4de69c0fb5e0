/**
 * How many cameras a transcoder takes if the configuration does not say. No I/O.
 *
 * Too few cores never leave a tile black, since cameras are then shown at a lower rate. So this limit only guards
 * memory, and the CPU time that each camera takes however little of it is shown.
 * @param cores usable by the process, fractions included
 */
export function automaticMaxCameras(cores: number): number {
  return Math.max(MIN_CAMERAS, Math.floor(cores * CAMERAS_PER_CORE));
}

/** Roughly what a core decodes and encodes of small cameras: 640x360 at 15 frames/s takes 0.018 of a core. */
const CAMERAS_PER_CORE = 64;
/** As many as one viewer may watch at a time: one transcoder, however small, can serve one page. */
const MIN_CAMERAS = 64;
