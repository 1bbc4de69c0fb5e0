/** Injects the pino logger: `@Inject(LOGGER) logger: Logger`. */
export const LOGGER = Symbol('LOGGER');

/** Metadata key of routes that need no sign-in. A guard that requires sign-in reads it. */
export const PUBLIC_ROUTE = 'oriel:public';
