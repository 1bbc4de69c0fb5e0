/**
 * How many cameras an ingest takes if the configuration does not say. No I/O. One thread reads them all, so more than
 * one core is of no use. With too many, the pictures of every camera are late.
 * @param cores usable by the process, fractions included
 */
export function automaticMaxCameras(cores: number): number {
  return Math.max(1, Math.floor(Math.min(1, cores) * CAMERAS_PER_CORE));
}

/** A camera of 3 Mbit/s takes 0.0043 of a core (docs/scaling.md, prices). */
const CAMERAS_PER_CORE = 200;
