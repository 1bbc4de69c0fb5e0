import { refuseMissingSignIn } from '@oriel/config';
import { bootService } from '@oriel/service';
import { EVERYBODY } from './core/requests/access.ts';
import { configureApp } from './nest/configure-app.ts';
import { GatewayModule } from './nest/gateway.module.ts';

await bootService({
  service: 'gateway',
  manifest: new URL('../package.json', import.meta.url),
  check: refuseMissingSignIn,
  module: (context) => {
    const { auth } = context.config;
    context.logger.warn({ auth }, 'sign-in is not built yet: everybody who reaches this port sees every camera');
    return GatewayModule.forRoot(context, EVERYBODY);
  },
  configure: (app) => configureApp(app),
  listen: ({ server }) => server,
});
