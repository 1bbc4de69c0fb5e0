/** Arithmetic on numbers that wrap (RFC 1982): never compare them with `<`. */

/**
 * Signed distance from one sequence number to another, in packets: 1 is the next packet, negative is late or repeated.
 * Right while the two are less than 32 768 packets apart.
 */
export function sequenceDistance(from: number, to: number): number {
  return ((to - from) << 16) >> 16;
}

/** Signed distance between two RTP timestamps, in ticks; right while they are less than 2^31 ticks apart. */
export function timestampDistance(from: number, to: number): number {
  return (to - from) | 0;
}
