import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import type { DynamicModule } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ConfigError, ConfigWatch, configSecrets, loadConfig, type OrielConfig } from '@oriel/config';
import type { ServiceName } from '@oriel/model';
import { createLogger, secretMask } from '@oriel/observability';
import { advertisedUrl } from '../advertised-url.ts';
import { configFilePart } from '../config-file-part.ts';
import { newInstanceId, ServiceContext } from '../service-context.ts';
import { runService } from './run-service.ts';

export interface BootOptions {
  readonly service: ServiceName;
  /** The service's package.json, which contains its version. */
  readonly manifest: URL;
  readonly module: (context: ServiceContext) => DynamicModule | Promise<DynamicModule>;
  /** @defaultValue `[health]`, for services that nobody but health checks talks to */
  readonly listen?: (config: OrielConfig) => { readonly host: string; readonly port: number };
  /** Refuses a configuration that only this service cannot use. @throws ConfigError */
  readonly check?: (config: OrielConfig) => void;
  /** Sets what must be set before listening: adapters, pipes, filters. */
  readonly configure?: (app: NestExpressApplication) => void | Promise<void>;
}

/**
 * The whole of a service's main.ts: reads the configuration, masks its secrets in the log, and runs the service until
 * it is asked to stop. A faulty configuration ends the process with code 1 and one line that names all faults.
 */
export async function bootService(options: BootOptions): Promise<void> {
  const { service, manifest, module, listen = ({ health }: OrielConfig) => health } = options;
  const instanceId = newInstanceId(service);
  const logger = createLogger({ service, instanceId });
  try {
    const configWatch = new ConfigWatch();
    const config = loadConfig();
    options.check?.(config);
    secretMask.register(...configSecrets(config));
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
    const context = new ServiceContext({ service, version, config, instanceId, logger });
    context.life.add(configFilePart(configWatch, context));
    const { host, port } = listen(config);
    await runService({
      module: await module(context),
      logger,
      host,
      port,
      ...(options.configure === undefined ? {} : { configure: options.configure }),
      onListening: (url) => context.heartbeat.start(advertisedUrl(url, host)),
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    logger.fatal({ faults: error.faults }, error.message);
    process.exitCode = 1;
  }
}
