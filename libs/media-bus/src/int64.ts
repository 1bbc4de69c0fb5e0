/**
 * 64-bit integers as plain numbers: times and counters here stay below 2^53, and a BigInt for each would be garbage.
 */

/** Writes a safe integer as signed 64-bit big-endian. */
export function setInt64(view: DataView, offset: number, value: number): void {
  const high = Math.floor(value / TWO_TO_32);
  view.setInt32(offset, high);
  view.setUint32(offset + 4, value - high * TWO_TO_32);
}

/** Reads a signed 64-bit big-endian integer; undefined beyond 2^53. */
export function getInt64(view: DataView, offset: number): number | undefined {
  const value = view.getInt32(offset) * TWO_TO_32 + view.getUint32(offset + 4);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Like {@link getInt64}, but also undefined for a negative number. */
export function getUint53(view: DataView, offset: number): number | undefined {
  const value = getInt64(view, offset);
  return value === undefined || value < 0 ? undefined : value;
}

const TWO_TO_32 = 4_294_967_296;
