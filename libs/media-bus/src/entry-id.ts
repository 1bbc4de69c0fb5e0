/**
 * Redis stream ids, chosen by the publisher instead of by Redis' clock: `<epoch>-<counter>`.
 *
 * XADD refuses an id that is not above the newest of the stream. So the id itself is the fence: once a higher epoch has
 * written, a lower one cannot. This needs no script and no second key, and the clock of the media Redis does not
 * matter. `obstructed-stream.ts` deals with higher ids that somebody else has written.
 */
export interface EntryId {
  readonly epoch: number;
  /**
   * For access units: sequence + 1, since Redis has no id 0-0. For JPEGs: microseconds of a clock that never steps
   * back.
   */
  readonly counter: number;
}

export const BEFORE_ALL: EntryId = { epoch: 0, counter: 0 };

/** Position of a reader that has read an id too high to be one of this bus. Nothing comes after it. */
export const AFTER_ALL: EntryId = { epoch: Number.POSITIVE_INFINITY, counter: Number.POSITIVE_INFINITY };

export function entryId(epoch: number, counter: number): string {
  return epoch === Number.POSITIVE_INFINITY ? HIGHEST_ID : `${epoch}-${counter}`;
}

/** Id of an access unit. A reader positioned one id lower gets it next. */
export function accessUnitId(epoch: number, sequence: number): string {
  return entryId(epoch, sequence + 1);
}

/** Undefined for an id that this bus cannot have written. */
export function parseEntryId(id: string): EntryId | undefined {
  const match = /^(\d{1,16})-(\d{1,16})$/.exec(id);
  if (!match) return undefined;
  const parsed = { epoch: Number(match[1]), counter: Number(match[2]) };
  return Number.isSafeInteger(parsed.epoch) && Number.isSafeInteger(parsed.counter) ? parsed : undefined;
}

export function isAfter(id: EntryId, other: EntryId): boolean {
  return id.epoch === other.epoch ? id.counter > other.counter : id.epoch > other.epoch;
}

/** A Redis id is two 64-bit numbers. */
const HIGHEST_ID = '18446744073709551615-18446744073709551615';
