/** How old the pictures were that a viewer got, and how wrong the age was that it could tell of them. Pure. */
import type { SeenPicture } from './continuity.ts';

export interface PictureAge {
  /** From the moment that the camera drew, to this viewer. */
  readonly oldestMs: number;
  /** Largest difference between the age that a page shows and the true one. */
  readonly wrongByMs: number;
}

/**
 * @param fromMs what came before does not count
 * @param unsettledMs spans of time in which the age may be wrong
 */
export function pictureAgeOf(
  seen: readonly SeenPicture[],
  fromMs: number,
  unsettledMs: readonly { readonly fromMs: number; readonly toMs: number }[] = [],
): PictureAge {
  let oldestMs = 0;
  let wrongByMs = 0;
  for (const { atMs, ageMs, shownAgeMs } of seen) {
    if (atMs <= fromMs || ageMs === undefined) continue;
    oldestMs = Math.max(oldestMs, ageMs);
    if (shownAgeMs === undefined || unsettledMs.some((span) => atMs >= span.fromMs && atMs < span.toMs)) continue;
    wrongByMs = Math.max(wrongByMs, Math.abs(ageMs - shownAgeMs));
  }
  return { oldestMs, wrongByMs };
}
