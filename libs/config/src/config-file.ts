/** Reads `config.toml` (TOML 1.0) into plain values. No message ever repeats a line of the file. */
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { errorCode } from './environment.ts';
import type { ConfigFault } from './oriel-config.ts';
import { decodeUtf8 } from './utf8-text.ts';

export type Table = Readonly<Record<string, unknown>>;

/** The tables of the file; none if there is no `config.toml`. A file that was named explicitly must exist. */
export function readConfigFile(cwd: string, namedFile: string | undefined, faults: ConfigFault[]): Table {
  const path = resolve(cwd, namedFile ?? DEFAULT_FILE);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (namedFile === undefined && errorCode(error) === 'ENOENT') return {};
    const key = namedFile === undefined ? DEFAULT_FILE : 'ORIEL_CONFIG';
    faults.push({ key, message: `cannot be read (${errorCode(error)}): ${path}` });
    return {};
  }

  const decoded = decodeUtf8(bytes);
  if (!decoded.ok) {
    const { line, offset } = decoded;
    const message = `is not UTF-8 from byte ${offset} on (counted from 0): save it in that encoding`;
    faults.push({ key: `${basename(path)}:${line}`, message });
    return {};
  }
  try {
    return parse(decoded.text, { unsafeKeyBehaviour: 'throw', maxDepth: MAX_DEPTH });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The rest of the message quotes the faulty lines, which may contain a password.
    const reason = error.message.split('\n', 1)[0]?.replace('Invalid TOML document: ', '');
    faults.push({ key: `${basename(path)}:${error.line}:${error.column}`, message: `is not valid TOML: ${reason}` });
    return {};
  }
}

export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

export const DEFAULT_FILE = 'config.toml';
const MAX_DEPTH = 16;
