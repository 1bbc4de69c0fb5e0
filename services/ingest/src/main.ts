import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { ConfigError, configSecrets, loadConfig } from '@oriel/config';
import { advertisedUrl, createLogger, createMetrics, InstanceHeartbeat, secretMask } from '@oriel/observability';
import { runService } from '@oriel/observability/nest';
import { IngestModule } from './nest/ingest.module.ts';

const service = 'ingest';
const instanceId = `${service}-${hostname()}-${randomBytes(3).toString('hex')}`;
const logger = createLogger({ service, instanceId });

try {
  const config = loadConfig();
  secretMask.register(...configSecrets(config));
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const registry = createMetrics({ service, instanceId });
  await runService({
    module: IngestModule.forRoot({ config, instanceId, version, logger, registry }),
    logger,
    host: config.health.host,
    port: config.health.port,
    onListening: (url, app) => app.get(InstanceHeartbeat).start(advertisedUrl(url, config.health.host)),
  });
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  logger.fatal({ faults: error.faults }, error.message);
  process.exitCode = 1;
}
