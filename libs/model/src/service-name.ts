/** The services that run as separate processes and report on the instance board. */
export const SERVICE_NAMES = ['ingest', 'transcoder', 'gateway'] as const;

export type ServiceName = (typeof SERVICE_NAMES)[number];
