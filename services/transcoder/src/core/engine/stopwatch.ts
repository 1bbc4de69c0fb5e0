/** Whole microseconds since a reading of `process.hrtime.bigint()`. */
export function elapsedUs(sinceNs: bigint): number {
  return Number((process.hrtime.bigint() - sinceNs) / 1000n);
}
