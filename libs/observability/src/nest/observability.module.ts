import { type DynamicModule, type FactoryProvider, Module, type ModuleMetadata } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { Registry } from 'prom-client';
import { createLogger } from '../logger.ts';
import { createMetrics } from '../metrics.ts';
import { HealthController } from './health.controller.ts';
import { MetricsController } from './metrics.controller.ts';
import { LOGGER, OBSERVABILITY_OPTIONS, type ObservabilityOptions } from './options.ts';
import { PinoLogger } from './pino-logger.ts';

export interface ObservabilityAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  readonly inject?: FactoryProvider['inject'];
  // biome-ignore lint/suspicious/noExplicitAny: Nest passes what `inject` names.
  readonly useFactory: (...injected: any[]) => ObservabilityOptions | Promise<ObservabilityOptions>;
}

/** Health, readiness and metrics of a service, and its logger and metrics registry for everybody who injects them. */
@Module({})
export class ObservabilityModule {
  static forRoot(options: ObservabilityOptions): DynamicModule {
    return ObservabilityModule.forRootAsync({ useFactory: () => options });
  }

  static forRootAsync({ imports = [], inject = [], useFactory }: ObservabilityAsyncOptions): DynamicModule {
    return {
      module: ObservabilityModule,
      global: true,
      // Terminus would write a line at every failed probe; who probes reads the answer.
      imports: [...imports, TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: OBSERVABILITY_OPTIONS, inject, useFactory },
        {
          provide: LOGGER,
          inject: [OBSERVABILITY_OPTIONS],
          useFactory: ({ logger, service, instanceId }: ObservabilityOptions) =>
            logger ?? createLogger({ service, instanceId }),
        },
        { provide: PinoLogger, inject: [LOGGER], useFactory: (logger) => new PinoLogger(logger) },
        {
          provide: Registry,
          inject: [OBSERVABILITY_OPTIONS],
          useFactory: ({ registry, service, instanceId }: ObservabilityOptions) =>
            registry ?? createMetrics({ service, instanceId }),
        },
      ],
      exports: [LOGGER, PinoLogger, Registry],
    };
  }
}
