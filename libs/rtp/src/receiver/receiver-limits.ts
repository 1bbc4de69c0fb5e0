/** What a sender could let grow without end. Tests lower them to get there sooner. */
export interface ReceiverLimits {
  readonly accessUnitBytes: number;
  readonly nalUnitsPerAccessUnit: number;
  /** UDP: packets held while an earlier one is missing. */
  readonly reorderPackets: number;
  /** How far a consumer may fall behind. */
  readonly backlogBytes: number;
}

export const RECEIVER_LIMITS: ReceiverLimits = {
  // Four times a large keyframe of a 4K camera.
  accessUnitBytes: 8 * 1024 * 1024,
  nalUnitsPerAccessUnit: 4_096,
  reorderPackets: 128,
  backlogBytes: 16 * 1024 * 1024,
};

/** UDP: longest wait for a missing packet. Networks that reorder by more are rarer than lost packets. */
export const REORDER_MS = 100;
