/** The recovery point SEI message: the keyframe of streams without IDR pictures (ITU-T H.264 §D.1.8). */
import { BitReader } from '../bits/bit-reader.ts';
import { findSeiPayload, RECOVERY_POINT_PAYLOAD } from '../bits/sei-payload.ts';

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
  const payload = findSeiPayload(nalUnit, 1, RECOVERY_POINT_PAYLOAD);
  if (payload === undefined) return undefined;
  const reader = new BitReader(payload);
  const recoveryFrameCount = reader.unsignedExpGolomb();
  const exactMatch = reader.flag();
  const brokenLink = reader.flag();
  return reader.failed ? undefined : { recoveryFrameCount, exactMatch, brokenLink };
}
