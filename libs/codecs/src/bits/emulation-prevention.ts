/**
 * The bytes of a NAL unit without emulation_prevention_three_byte (ITU-T H.264 §7.3.1), for parsing only: what is
 * stored or sent on keeps them. Returns the input itself when it holds none.
 */
export function removeEmulationPrevention(nalUnit: Uint8Array): Uint8Array {
  const first = findEmulationPrevention(nalUnit, 0);
  if (first === -1) return nalUnit;

  const output = new Uint8Array(nalUnit.length - 1);
  let length = 0;
  let copied = 0;
  for (let at = first; at !== -1; at = findEmulationPrevention(nalUnit, copied)) {
    output.set(nalUnit.subarray(copied, at), length);
    length += at - copied;
    copied = at + 1;
  }
  output.set(nalUnit.subarray(copied), length);
  return output.subarray(0, length + nalUnit.length - copied);
}

/** Offset of the next 03 after two zeros; a removed 03 ends their run, so the zeros must be at or after `from`. */
function findEmulationPrevention(bytes: Uint8Array, from: number): number {
  for (let i = from + 2; i < bytes.length; i++) {
    if (bytes[i] === 3 && bytes[i - 1] === 0 && bytes[i - 2] === 0) return i;
  }
  return -1;
}
