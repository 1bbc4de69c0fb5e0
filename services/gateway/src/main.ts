import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { ConfigError, configSecrets, loadConfig, refuseMissingSignIn } from '@oriel/config';
import { advertisedUrl, createLogger, createMetrics, InstanceHeartbeat, secretMask } from '@oriel/observability';
import { runService } from '@oriel/observability/nest';
import { EVERYBODY } from './core/access.ts';
import { configureApp } from './nest/configure-app.ts';
import { GatewayModule } from './nest/gateway.module.ts';

const service = 'gateway';
const instanceId = `${service}-${hostname()}-${randomBytes(3).toString('hex')}`;
const logger = createLogger({ service, instanceId });

try {
  const config = loadConfig();
  refuseMissingSignIn(config);
  secretMask.register(...configSecrets(config));
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const registry = createMetrics({ service, instanceId });
  logger.warn({ auth: config.auth }, 'sign-in is not built yet: everybody who reaches this port sees every camera');
  await runService({
    module: GatewayModule.forRoot({ config, instanceId, version, logger, registry, authenticator: EVERYBODY }),
    logger,
    host: config.server.host,
    port: config.server.port,
    configure: (app) => configureApp(app),
    onListening: (url, app) => app.get(InstanceHeartbeat).start(advertisedUrl(url, config.server.host)),
  });
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  logger.fatal({ faults: error.faults }, error.message);
  process.exitCode = 1;
}
