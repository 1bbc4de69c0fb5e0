import type { OrielConfig } from '@oriel/config';
import type { Logger } from '@oriel/observability';
import type { Authenticator } from '../core/requests/access.ts';

/** Shared by guards, filters and controllers. */
export interface GatewayOptions {
  readonly config: OrielConfig;
  readonly version: string;
  readonly logger: Logger;
  readonly authenticator: Authenticator;
}

export const GATEWAY_OPTIONS = Symbol('GATEWAY_OPTIONS');
