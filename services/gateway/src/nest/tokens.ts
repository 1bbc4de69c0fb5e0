import type { OrielConfig } from '@oriel/config';
import type { Logger, Registry } from '@oriel/observability';
import type { Authenticator } from '../core/access.ts';

/** What a gateway is built from. */
export interface GatewayOptions {
  readonly config: OrielConfig;
  readonly instanceId: string;
  readonly version: string;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly authenticator: Authenticator;
}

export const GATEWAY_OPTIONS = Symbol('GATEWAY_OPTIONS');
