import type { Registry } from 'prom-client';
import type { Logger } from '../logger.ts';
import type { Readiness } from './readiness.ts';

export interface ObservabilityOptions {
  /** `ingest`, `transcoder`, `gateway`. */
  readonly service: string;
  readonly instanceId: string;
  readonly readiness: Readiness;
  /** @defaultValue a new one with the process' own metrics */
  readonly registry?: Registry;
  /** @defaultValue a new one for the service */
  readonly logger?: Logger;
}

export const OBSERVABILITY_OPTIONS = Symbol('OBSERVABILITY_OPTIONS');

/** Injects the pino logger: `@Inject(LOGGER) logger: Logger`. */
export const LOGGER = Symbol('LOGGER');

/** Metadata key on routes that need no sign-in; a guard that asks for one reads it. */
export const PUBLIC_ROUTE = 'oriel:public';
