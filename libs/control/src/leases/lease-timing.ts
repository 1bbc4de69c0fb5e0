/** How long leases outlive their holder. These numbers decide how long a camera has no picture after a crash. */

/** How long a lock lasts in Redis without a renewal. */
export const LOCK_DURATION_MS = 1_500;
/** Longest pause between two syncs of a worker, which renew its leases and exchange loads. A third of a lock, so that two may fail. */
export const SYNC_INTERVAL_MS = LOCK_DURATION_MS / 3;
/** A holder gives its lease up this long before Redis does. */
export const LOCK_SAFETY_MS = 200;
