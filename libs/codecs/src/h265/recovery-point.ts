import { BitReader } from '../bits/bit-reader.ts';
import { findSeiPayload, RECOVERY_POINT_PAYLOAD } from '../bits/sei-payload.ts';

/** Whether a prefix SEI NAL unit says that decoding can start at this very picture: recovery_poc_cnt 0 (ITU-T H.265 §D.2.8). */
export function isH265RecoveryPoint(nalUnit: Uint8Array): boolean {
  const payload = findSeiPayload(nalUnit, 2, RECOVERY_POINT_PAYLOAD);
  if (payload === undefined) return false;
  const reader = new BitReader(payload);
  return reader.signedExpGolomb() === 0 && !reader.failed;
}
