/** Reads keys from environment variables, and secrets from the files that `<variable>_FILE` names. */
import { readFileSync } from 'node:fs';
import { type KeyDeclaration, keysOf } from './config-key.ts';
import type { ConfigFault } from './oriel-config.ts';
import { nearest } from './suggestion.ts';
import { decodeUtf8 } from './utf8-text.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A value, and the name under which its author will look for it. */
export interface GivenValue {
  readonly value: unknown;
  readonly writtenAs: string;
}

/** `rtsp` + `reconnect_interval` → `ORIEL_RTSP_RECONNECT_INTERVAL`. The root section is ''. */
export function variableName(section: string, key: string): string {
  return ['ORIEL', section, key]
    .filter((part) => part !== '')
    .join('_')
    .replaceAll('-', '_')
    .toUpperCase();
}

export class EnvironmentReader {
  readonly #known = new Set<string>(['ORIEL_CONFIG']);

  constructor(
    private readonly env: Environment,
    private readonly faults: ConfigFault[],
  ) {}

  /**
   * The keys of a section that the environment sets. An empty variable counts as unset, because Compose passes unset
   * ones on as empty.
   */
  read(sectionName: string, section: object): Map<string, GivenValue> {
    const given = new Map<string, GivenValue>();
    for (const [key, declaration] of keysOf(section)) {
      const value = this.#readKey(variableName(sectionName, key), declaration);
      if (value !== undefined) given.set(key, value);
    }
    return given;
  }

  /** Refuses variables that are probably misspelt. Call after all sections have been read. */
  refuseMisspelt(): void {
    for (const variable of Object.keys(this.env)) {
      if (!variable.startsWith('ORIEL_') || this.#known.has(variable)) continue;
      const meant = nearest(variable, this.#known);
      if (meant !== undefined) this.faults.push({ key: variable, message: `is not a setting; did you mean ${meant}?` });
    }
  }

  #readKey(variable: string, declaration: KeyDeclaration): GivenValue | undefined {
    this.#known.add(variable);
    const direct = this.env[variable] || undefined;
    if (declaration.secret !== true) {
      return direct === undefined ? undefined : { value: parse(direct, declaration), writtenAs: variable };
    }

    const fileVariable = `${variable}_FILE`;
    this.#known.add(fileVariable);
    const path = this.env[fileVariable] || undefined;
    if (path !== undefined && direct !== undefined) {
      this.faults.push({ key: fileVariable, message: `must not be given together with ${variable}` });
      return undefined;
    }
    if (path !== undefined) return this.#readSecretFile(fileVariable, path);
    return direct === undefined ? undefined : { value: direct, writtenAs: variable };
  }

  #readSecretFile(fileVariable: string, path: string): GivenValue | undefined {
    let bytes: Buffer;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      this.faults.push({ key: fileVariable, message: `names a file that cannot be read (${errorCode(error)})` });
      return undefined;
    }
    const decoded = decodeUtf8(bytes);
    if (decoded.ok) return { value: decoded.text.replace(/\r?\n$/, ''), writtenAs: fileVariable };
    const message = `names a file that is not UTF-8 from byte ${decoded.offset} on (counted from 0)`;
    this.faults.push({ key: fileVariable, message });
    return undefined;
  }
}

export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown error';
}

function parse(text: string, { kind }: KeyDeclaration): unknown {
  const isNumeric = kind.type === 'integer' || kind.type === 'number';
  return isNumeric && /^\s*[+-]?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : text;
}
