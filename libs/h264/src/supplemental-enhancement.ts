/** SEI messages, of which the recovery point matters: it is the keyframe of streams without IDR (ITU-T H.264 §D.1.8). */
import { BitReader } from './bit-reader.ts';
import { removeEmulationPrevention } from './emulation-prevention.ts';

export interface RecoveryPoint {
  /** Frames to decode until the picture is right: 0 means this access unit is as good as an IDR. */
  readonly recoveryFrameCount: number;
  /** After them the picture is bit-exact, not only acceptable. */
  readonly exactMatch: boolean;
  /** Pictures before this one in decoding order may be missing: an edit point. */
  readonly brokenLink: boolean;
}

/** The recovery point message of an SEI NAL unit, header byte first; undefined when there is none, or it is cut off. */
export function findRecoveryPoint(nalUnit: Uint8Array): RecoveryPoint | undefined {
  const payload = findPayload(nalUnit, 1, RECOVERY_POINT);
  if (payload === undefined) return undefined;
  const reader = new BitReader(payload);
  const recoveryFrameCount = reader.unsignedExpGolomb();
  const exactMatch = reader.flag();
  const brokenLink = reader.flag();
  return reader.failed ? undefined : { recoveryFrameCount, exactMatch, brokenLink };
}

/** Whether a prefix SEI NAL unit of H.265 says that decoding can start at this very picture: recovery_poc_cnt 0 (ITU-T H.265 §D.2.8). */
export function isH265RecoveryPoint(nalUnit: Uint8Array): boolean {
  const payload = findPayload(nalUnit, 2, RECOVERY_POINT);
  if (payload === undefined) return false;
  const reader = new BitReader(payload);
  return reader.signedExpGolomb() === 0 && !reader.failed;
}

const RECOVERY_POINT = 6;
/** Recovery points stand before the large messages (user data); what lies further back is not worth unescaping. */
const MAX_READ_BYTES = 512;

/** Sum of 255s and the byte that ends them (§7.3.2.3.1). */
function readExtendedByte(bytes: Uint8Array, from: number): { value: number; next: number } {
  let value = 0;
  let position = from;
  while (bytes[position] === 255) {
    value += 255;
    position += 1;
  }
  return { value: value + (bytes[position] ?? 0), next: position + 1 };
}

function findPayload(nalUnit: Uint8Array, headerBytes: number, wantedType: number): Uint8Array | undefined {
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
