import { ConfigError } from './config-error.ts';
import type { OrielConfig } from './oriel-config.ts';

/**
 * Sign-in does not exist yet. Without an explicit `none`, the owner would believe the cameras protected.
 *
 * @throws ConfigError unless the configuration says `auth = "none"`
 */
export function refuseMissingSignIn({ auth }: Pick<OrielConfig, 'auth'>): void {
  if (auth !== 'none') throw new ConfigError([{ key: 'auth', message: SIGN_IN_MISSING }]);
}

const SIGN_IN_MISSING =
  'must be "none" for now, because sign-in does not exist yet: without it, everybody who reaches the port sees every camera. ' +
  'To accept that, say auth = "none" in config.toml or ORIEL_AUTH=none; host = "127.0.0.1" in [server] lets only this machine in.';
