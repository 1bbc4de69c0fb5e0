import { isDeepStrictEqual } from 'node:util';
import { type ConfigListener, type ConfigWatch, configSecrets, type OrielConfig } from '@oriel/config';
import { secretMask } from '@oriel/observability';
import type { ServiceContext } from './service-context.ts';
import type { Part } from './service-life.ts';

/**
 * Applies changed cameras while the service runs. Everything else in the file takes effect at the next start, which a
 * log line says.
 */
export function configFilePart(watch: ConfigWatch, { config, cameras, logger }: ServiceContext): Part {
  const listener: ConfigListener = {
    onConfig: (changed) => {
      secretMask.register(...configSecrets(changed));
      if (!isDeepStrictEqual(withoutCameras(changed), withoutCameras(config))) {
        logger.warn('the configuration file was changed in more than cameras: the rest holds after a restart');
      }
      logger.info({ cameras: changed.cameras.length }, 'the configuration file was changed');
      cameras.replace(changed.cameras);
    },
    onFaults: ({ faults, message }) =>
      logger.error({ faults }, `the configuration file was changed, cameras stay as they were: ${message}`),
  };
  return { name: 'configuration file', start: () => watch.start(listener), stop: () => watch.stop() };
}

function withoutCameras(config: OrielConfig): Omit<OrielConfig, 'cameras'> {
  const { cameras: _, ...rest } = config;
  return rest;
}
