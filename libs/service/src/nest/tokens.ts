/** Injects the pino logger: `@Inject(LOGGER) logger: Logger`. */
export const LOGGER = Symbol('LOGGER');

/** Metadata key on routes that need no sign-in; a guard that asks for one reads it. */
export const PUBLIC_ROUTE = 'oriel:public';
