/**
 * How many cameras an ingest takes where the configuration does not say. Pure. One thread reads them all, so that more than one core is of no
 * use; where there is too much to read, the pictures of every camera come late.
 * @param cores that the process may use, fractions included
 */
export function automaticMaxCameras(cores: number): number {
  return Math.max(1, Math.floor(Math.min(1, cores) * CAMERAS_PER_CORE));
}

/** At 0.0043 of a core for a camera of 3 Mbit/s (docs/scaling.md, prices). */
const CAMERAS_PER_CORE = 200;
