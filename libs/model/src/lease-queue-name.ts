/** Kinds of work on a camera. Each has leases of its own, so a camera may have one holder of each kind. */
export type LeaseQueueName = 'ingest' | 'transcode';
