/** What a viewer saw of one camera while something failed: how long nothing, and whether any picture came twice or too late. Pure. */

export interface SeenPicture {
  /** When it was shown, milliseconds. */
  readonly atMs: number;
  /** When the camera made it, by the barcode in it; undefined when that cannot be read. */
  readonly madeAtMs: number | undefined;
  /** How old it was when it came, by the barcode. */
  readonly ageMs?: number | undefined;
  /** How old a page would say that it was. */
  readonly shownAgeMs?: number | undefined;
}

export interface Continuity {
  /** Longest time between two pictures. */
  readonly longestGapMs: number;
  /** When that ended. */
  readonly longestGapEndedAtMs: number;
  /** Pictures that were shown before. */
  readonly repeated: number;
  /** Pictures made before one that had been shown. */
  readonly reordered: number;
  readonly pictures: number;
}

/** @param fromMs @param toMs what lies between counts, with the wait for the first picture and after the last */
export function continuityOf(seen: readonly SeenPicture[], fromMs: number, toMs: number): Continuity {
  let lastAtMs = seen.findLast(({ atMs }) => atMs <= fromMs)?.atMs ?? fromMs;
  let newestMadeAtMs = Number.NEGATIVE_INFINITY;
  let longestGapMs = 0;
  let longestGapEndedAtMs = fromMs;
  const gapEnds = (atMs: number) => {
    if (atMs - lastAtMs <= longestGapMs) return;
    longestGapMs = atMs - lastAtMs;
    longestGapEndedAtMs = atMs;
  };
  let repeated = 0;
  let reordered = 0;
  let pictures = 0;
  for (const { atMs, madeAtMs } of seen) {
    if (madeAtMs !== undefined) {
      if (atMs > fromMs && madeAtMs === newestMadeAtMs) repeated++;
      if (atMs > fromMs && madeAtMs < newestMadeAtMs) reordered++;
      newestMadeAtMs = Math.max(newestMadeAtMs, madeAtMs);
    }
    if (atMs <= fromMs || atMs > toMs) continue;
    pictures++;
    gapEnds(atMs);
    lastAtMs = atMs;
  }
  gapEnds(toMs);
  return { longestGapMs, longestGapEndedAtMs, repeated, reordered, pictures };
}
