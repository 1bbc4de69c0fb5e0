/**
 * Where something published for a camera stands in the order of all that is. The epoch is that of the publisher's lease and grows with
 * each grant; so whatever an earlier holder still publishes is recognized as the past.
 */
export interface Fence {
  readonly epoch: number;
  /** Counts from 0 within the epoch. */
  readonly sequence: number;
}

export function isLater(one: Fence, other: Fence): boolean {
  return one.epoch === other.epoch ? one.sequence > other.sequence : one.epoch > other.epoch;
}

/** Whether nothing is missing between the two. False across epochs: a new publisher begins anew. */
export function isNext(one: Fence, before: Fence): boolean {
  return one.epoch === before.epoch && one.sequence === before.sequence + 1;
}
