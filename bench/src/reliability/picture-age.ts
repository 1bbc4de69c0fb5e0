/** How old the pictures were that a viewer got, and how wrong the age was that it could tell of them. Pure. */
import type { SeenPicture } from './continuity.ts';

/**
 * Both are what held for several pictures in a row: a machine that is busy for a moment delays one or two on their way out of the
 * camera, and one that a camera had kept for its next session is old when it comes. A wrong clock is wrong for all.
 */
export interface PictureAge {
  /** From the moment that the camera drew, to this viewer. */
  readonly oldestMs: number;
  /** Largest difference between the age that a page shows and the true one. */
  readonly wrongByMs: number;
}

const IN_A_ROW = 5;

/**
 * @param fromMs what came before does not count
 * @param unsettledMs spans of time in which the age may be wrong
 */
export function pictureAgeOf(
  seen: readonly SeenPicture[],
  fromMs: number,
  unsettledMs: readonly { readonly fromMs: number; readonly toMs: number }[] = [],
): PictureAge {
  const ages: number[] = [];
  const errors: number[] = [];
  for (const { atMs, ageMs, shownAgeMs } of seen) {
    if (atMs <= fromMs || ageMs === undefined) continue;
    ages.push(ageMs);
    if (shownAgeMs === undefined || unsettledMs.some((span) => atMs >= span.fromMs && atMs < span.toMs)) continue;
    errors.push(Math.abs(ageMs - shownAgeMs));
  }
  return { oldestMs: largestInARow(ages), wrongByMs: largestInARow(errors) };
}

/** The largest value that all of some five neighbours reach. */
function largestInARow(values: readonly number[]): number {
  let largest = 0;
  for (let end = IN_A_ROW; end <= values.length; end++)
    largest = Math.max(largest, Math.min(...values.slice(end - IN_A_ROW, end)));
  return largest;
}
