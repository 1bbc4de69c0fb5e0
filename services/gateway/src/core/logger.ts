import type { Logger as ProcessLogger } from '@oriel/observability';

/** The part of the process' logger that the core uses. */
export type Logger = Pick<ProcessLogger, 'info' | 'warn' | 'error'>;
