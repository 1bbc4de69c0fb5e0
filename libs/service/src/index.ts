export { InstanceHeartbeat, type ServiceReport } from './instance-heartbeat.ts';
export { limitRequests } from './limit-requests.ts';
export { type BootOptions, bootService } from './nest/boot-service.ts';
export { PinoLogger } from './nest/pino-logger.ts';
export type { ListeningMessage } from './nest/run-service.ts';
export { ServiceModule } from './nest/service.module.ts';
export { LOGGER, PUBLIC_ROUTE } from './nest/tokens.ts';
export { ServiceContext, type ServiceContextOptions } from './service-context.ts';
export type { Part } from './service-life.ts';
