/** Text as people save it: UTF-8, or it is refused. Replacing what does not fit would change a password without a word. */

import { isUtf8 } from 'node:buffer';

export type Utf8Text =
  | { readonly ok: true; readonly text: string }
  /** `offset` counts bytes from 0, `line` from 1: of the first byte that cannot be. */
  | { readonly ok: false; readonly offset: number; readonly line: number };

/** A byte order mark is left out. */
export function decodeUtf8(bytes: Uint8Array): Utf8Text {
  if (isUtf8(bytes)) return { ok: true, text: new TextDecoder().decode(bytes) };
  const offset = firstFault(bytes);
  return { ok: false, offset, line: bytes.subarray(0, offset).filter((byte) => byte === NEWLINE).length + 1 };
}

const NEWLINE = 0x0a;

/** A decoder that is given one byte at a time throws at the one that cannot be; a character that is cut off, it waits for. */
function firstFault(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let offset = 0;
  try {
    for (; offset < bytes.length; offset++) decoder.decode(bytes.subarray(offset, offset + 1), { stream: true });
  } catch {
    // The offset is the answer.
  }
  return offset;
}
