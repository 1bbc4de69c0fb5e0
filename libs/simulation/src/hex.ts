/** Bytes of a hex dump: `'80 60 00 01'`, with any white space between digits. Throws TypeError on anything else. */
export function fromHex(text: string): Buffer {
  const digits = text.replace(/\s+/g, '');
  if (!/^([0-9a-f]{2})*$/i.test(digits)) throw new TypeError(`not a hex dump: ${JSON.stringify(text.slice(0, 60))}`);
  return Buffer.from(digits, 'hex');
}

/** Lower-case hex with a blank between bytes: the form that golden values in tests are written in. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('hex')
    .replace(/(..)(?=.)/g, '$1 ');
}
