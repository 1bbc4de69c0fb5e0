/**
 * - `connecting`: no picture yet, none has failed
 * - `live`: pictures arrive
 * - `stalled`: the connection stands, but no picture comes or none can be shown
 * - `offline`: no connection; the next attempt comes by itself
 */
export const CAMERA_STATES = ['connecting', 'live', 'stalled', 'offline'] as const;

export type CameraState = (typeof CAMERA_STATES)[number];
