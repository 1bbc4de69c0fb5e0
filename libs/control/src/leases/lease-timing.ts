/** How long leases live without their holder: the time that a camera has no picture after a crash follows from these. */

/** Of the lock in Redis; renewed every third of it. */
export const LOCK_DURATION_MS = 1_500;
/** This side gives a lease up that much before Redis does. */
export const LOCK_SAFETY_MS = 200;
/** A lock that has expired is found by any worker within this time. */
export const STALLED_INTERVAL_MS = 300;
