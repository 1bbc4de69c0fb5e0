/** Fills a section from the file and the environment, and reports what is wrong with each value. */
import { validateSync } from 'class-validator';
import type { Table } from './config-file.ts';
import { keysOf } from './config-key.ts';
import type { EnvironmentReader, GivenValue } from './environment.ts';
import type { ConfigFault } from './oriel-config.ts';

export interface SectionSource {
  /** Path of the section in the file: `rtsp`, `cameras[1]`, or '' for the root. */
  readonly path: string;
  readonly table: Table;
  /** The section's part of environment variable names; undefined if it has none. */
  readonly variablePart: string | undefined;
}

/** Names of the given keys, valid or not. */
export type GivenKeys = ReadonlySet<string>;

/**
 * Sets the given keys on the section; the environment wins over the file. A faulty value is reported and its key keeps
 * its previous value, so that the rest can still be checked.
 */
export function readSection(
  section: object,
  source: SectionSource,
  environment: EnvironmentReader,
  faults: ConfigFault[],
): GivenKeys {
  const before = { ...section };
  const given = new Map<string, GivenValue>();
  for (const key of keysOf(section).keys()) {
    if (Object.hasOwn(source.table, key))
      given.set(key, { value: source.table[key], writtenAs: keyPath(source.path, key) });
  }
  if (source.variablePart !== undefined) {
    for (const [key, value] of environment.read(source.variablePart, section)) given.set(key, value);
  }

  for (const [key, { value }] of given) Reflect.set(section, key, value);
  for (const { property, constraints } of validateSync(section)) {
    const found = given.get(property);
    if (found === undefined) continue;
    faults.push({ key: found.writtenAs, message: Object.values(constraints ?? {})[0] ?? 'is not valid' });
    Reflect.set(section, property, Reflect.get(before, property));
  }
  return new Set(given.keys());
}

export function keyPath(section: string, key: string): string {
  return section === '' ? key : `${section}.${key}`;
}
