/** Decodes UTF-8 and refuses anything else. Replacing invalid bytes would silently change a password. */

import { isUtf8 } from 'node:buffer';

export type Utf8Text =
  | { readonly ok: true; readonly text: string }
  /** Position of the first invalid byte: `offset` counts bytes from 0, `line` from 1. */
  | { readonly ok: false; readonly offset: number; readonly line: number };

/** Removes a byte order mark. */
export function decodeUtf8(bytes: Uint8Array): Utf8Text {
  if (isUtf8(bytes)) return { ok: true, text: new TextDecoder().decode(bytes) };
  const offset = firstFault(bytes);
  return { ok: false, offset, line: bytes.subarray(0, offset).filter((byte) => byte === NEWLINE).length + 1 };
}

const NEWLINE = 0x0a;

/**
 * Decodes byte by byte: the decoder waits for the rest of a cut-off character, and throws at the first invalid byte.
 */
function firstFault(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let offset = 0;
  try {
    for (; offset < bytes.length; offset++) decoder.decode(bytes.subarray(offset, offset + 1), { stream: true });
  } catch {
    // Stopped at the first invalid byte.
  }
  return offset;
}
