/** The services that run as processes of their own and say on the instance board how they are. */
export const SERVICE_NAMES = ['ingest', 'transcoder', 'gateway'] as const;

export type ServiceName = (typeof SERVICE_NAMES)[number];
