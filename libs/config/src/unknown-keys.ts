/** Refuses unknown keys and suggests the one that was probably meant. */

import { isTable, type Table } from './config-file.ts';
import { keysOf } from './config-key.ts';
import type { ConfigFault } from './oriel-config.ts';
import { SECTIONS } from './section-list.ts';
import { keyPath } from './section-reader.ts';
import { CameraSection, RtspSection, TranscodingSection } from './sections.ts';
import { nearest } from './suggestion.ts';

export function refuseUnknownKeys(file: Table, faults: ConfigFault[]): void {
  const rootKeys = [...keysOf(SECTIONS['']).keys()];
  const tables = [...Object.keys(SECTIONS).filter((name) => name !== ''), 'cameras'];
  refuse(file, '', [...rootKeys, ...tables], faults);
  for (const [name, section] of Object.entries(SECTIONS)) {
    const table = file[name];
    if (name !== '' && isTable(table)) refuse(table, name, [...keysOf(section).keys()], faults);
  }
  const list = file['cameras'];
  if (!Array.isArray(list)) return;
  for (const [index, table] of list.entries()) {
    if (isTable(table)) refuse(table, `cameras[${index}]`, CAMERA_KEYS, faults);
  }
}

const CAMERA_KEYS = [new CameraSection(), new RtspSection(), new TranscodingSection()].flatMap((section) => [
  ...keysOf(section).keys(),
]);
const MAX_SHOWN_KEY_LENGTH = 64;

function refuse(table: Table, path: string, known: readonly string[], faults: ConfigFault[]): void {
  for (const key of Object.keys(table)) {
    if (known.includes(key)) continue;
    const meant = nearest(key, known) ?? elsewhere(key);
    const question = meant === undefined ? '' : `; did you mean ${meant}?`;
    faults.push({ key: keyPath(path, shown(key)), message: `is not a key of the configuration${question}` });
  }
}

/** Finds the key in another section, as for `[server] quality`. */
function elsewhere(key: string): string | undefined {
  for (const [name, section] of Object.entries(SECTIONS)) {
    const meant = nearest(key, keysOf(section).keys());
    if (meant !== undefined) return keyPath(name, meant);
  }
  return undefined;
}

function shown(key: string): string {
  return /^[\w-]+$/.test(key) ? key.slice(0, MAX_SHOWN_KEY_LENGTH) : '(a key with unusual characters)';
}
