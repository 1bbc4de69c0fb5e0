/**
 * Position of something published for a camera in the order of all its publications. The epoch belongs to the
 * publisher's lease and grows with each grant, so whatever an earlier holder still publishes is recognised as outdated.
 */
export interface Fence {
  readonly epoch: number;
  /** Counts from 0 within the epoch. */
  readonly sequence: number;
}

export function isLater(one: Fence, other: Fence): boolean {
  return one.epoch === other.epoch ? one.sequence > other.sequence : one.epoch > other.epoch;
}

/** Whether `one` directly follows `before`. False across epochs: a new publisher starts over. */
export function isNext(one: Fence, before: Fence): boolean {
  return one.epoch === before.epoch && one.sequence === before.sequence + 1;
}
