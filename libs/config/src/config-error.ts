import type { ConfigFault } from './oriel-config.ts';

/**
 * The configuration cannot be used. `faults` lists everything that is wrong with it, in the order of the documentation.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'invalid-config';

  constructor(readonly faults: readonly ConfigFault[]) {
    const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
    super(`the configuration has ${count}:\n${faults.map(({ key, message }) => `  ${key}: ${message}`).join('\n')}`);
  }
}
