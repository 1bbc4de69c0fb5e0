/** How long leases live without their holder: the time that a camera has no picture after a crash follows from these. */

/** How long a lease lasts in Redis without being renewed. */
export const LOCK_DURATION_MS = 1_500;
/** Between two requests of a worker that renew what it has and exchange loads: a third of what a lock lasts, so that two may fail. */
export const SYNC_INTERVAL_MS = LOCK_DURATION_MS / 3;
/** This side gives a lease up that much before Redis does. */
export const LOCK_SAFETY_MS = 200;
