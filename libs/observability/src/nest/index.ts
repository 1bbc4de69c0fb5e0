export { type ObservabilityAsyncOptions, ObservabilityModule } from './observability.module.ts';
export { LOGGER, type ObservabilityOptions, PUBLIC_ROUTE } from './options.ts';
export { PinoLogger } from './pino-logger.ts';
export type { Readiness, ReadinessCheck, ReadinessProblem } from './readiness.ts';
export { type ListeningMessage, runService, type ServiceOptions } from './run-service.ts';
