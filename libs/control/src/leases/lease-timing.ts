/** How long leases live without their holder: the time that a camera has no picture after a crash follows from these. */

/** How long a lease lasts in Redis without being renewed; it is renewed every third of that. */
export const LOCK_DURATION_MS = 1_500;
/** This side gives a lease up that much before Redis does. */
export const LOCK_SAFETY_MS = 200;
