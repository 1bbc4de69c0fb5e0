/** SEI messages inside a NAL unit; H.264 and H.265 frame and number them alike (ITU-T H.264 §7.3.2.3.1, H.265 §7.3.5). */
import { removeEmulationPrevention } from './emulation-prevention.ts';

/** payloadType of a recovery point (ITU-T H.264 §D.1.1, H.265 §D.2.1). */
export const RECOVERY_POINT_PAYLOAD = 6;

/**
 * The first message of this type in an SEI NAL unit; undefined when there is none near the start.
 *
 * @param headerBytes 1 for H.264, 2 for H.265.
 */
export function findSeiPayload(nalUnit: Uint8Array, headerBytes: number, wantedType: number): Uint8Array | undefined {
  const rbsp = removeEmulationPrevention(nalUnit.subarray(0, MAX_READ_BYTES));
  let position = headerBytes;
  while (position + 2 < rbsp.length) {
    const type = readExtendedByte(rbsp, position);
    const size = readExtendedByte(rbsp, type.next);
    if (type.value === wantedType) return rbsp.subarray(size.next, size.next + size.value);
    position = size.next + size.value;
  }
  return undefined;
}

/** Recovery points come before the large messages (user data); unescaping further is not worth it. */
const MAX_READ_BYTES = 512;

/** Sum of 255s and the byte that ends them (H.264 §7.3.2.3.1). */
function readExtendedByte(bytes: Uint8Array, from: number): { value: number; next: number } {
  let value = 0;
  let position = from;
  while (bytes[position] === 255) {
    value += 255;
    position += 1;
  }
  return { value: value + (bytes[position] ?? 0), next: position + 1 };
}
