/**
 * - `connecting`: no picture yet, and no attempt has failed
 * - `live`: pictures arrive
 * - `stalled`: the connection stands, but no picture comes or none can be shown
 * - `offline`: no connection; reconnecting is automatic
 */
export const CAMERA_STATES = ['connecting', 'live', 'stalled', 'offline'] as const;

export type CameraState = (typeof CAMERA_STATES)[number];
