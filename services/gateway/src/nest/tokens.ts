import type { OrielConfig } from '@oriel/config';
import type { Logger } from '@oriel/observability';
import type { Authenticator } from '../core/requests/access.ts';

/** What guards, filters and controllers share. */
export interface GatewayOptions {
  readonly config: OrielConfig;
  readonly version: string;
  readonly logger: Logger;
  readonly authenticator: Authenticator;
}

export const GATEWAY_OPTIONS = Symbol('GATEWAY_OPTIONS');
