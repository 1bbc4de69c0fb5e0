/** Divides a scarce resource by max-min fairness, also called water-filling. No I/O. */

/**
 * Everyone gets what they ask for, up to a level that is the same for all. What small demands leave over raises the
 * level for the others. So the largest demand gives way first, and nobody gets less than an equal share of the total
 * unless they ask for less.
 * @param demands one per claimant, 0 or more
 * @param available 0 or more
 * @returns the share of each, in the same order; together at most `available`
 */
export function fairShares(demands: readonly number[], available: number): readonly number[] {
  const shares = demands.map(() => 0);
  const fromSmallest = [...demands.keys()].sort((a, b) => (demands[a] ?? 0) - (demands[b] ?? 0));
  let left = available;
  for (const [served, index] of fromSmallest.entries()) {
    const share = Math.min(demands[index] ?? 0, left / (fromSmallest.length - served));
    shares[index] = share;
    left -= share;
  }
  return shares;
}
