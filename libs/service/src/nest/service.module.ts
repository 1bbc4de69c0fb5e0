import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { Registry } from '@oriel/observability';
import { ServiceContext } from '../service-context.ts';
import { HealthController } from './health.controller.ts';
import { MetricsController } from './metrics.controller.ts';
import { PinoLogger } from './pino-logger.ts';
import { LOGGER } from './tokens.ts';

/**
 * Health, readiness and metrics of a service. Its parts start with the application and stop after its port has closed.
 */
@Module({})
export class ServiceModule implements OnApplicationBootstrap, OnApplicationShutdown {
  static forRoot(context: ServiceContext): DynamicModule {
    return {
      module: ServiceModule,
      global: true,
      // Terminus would log every failed probe; whoever probes reads the response.
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: ServiceContext, useValue: context },
        { provide: LOGGER, useValue: context.logger },
        { provide: Registry, useValue: context.registry },
        { provide: PinoLogger, useValue: new PinoLogger(context.logger) },
      ],
      exports: [ServiceContext, LOGGER, Registry, PinoLogger],
    };
  }

  constructor(@Inject(ServiceContext) private readonly context: ServiceContext) {}

  onApplicationBootstrap(): void {
    // Not awaited: health must answer while Redis is away. A failure ends the process as an unhandled rejection.
    void this.context.life.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.context.heartbeat.stop();
    await this.context.life.stop();
  }
}
