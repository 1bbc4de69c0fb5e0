/** What the targets share. */
export const latin1 = (bytes) => bytes.toString('latin1');

export function check(condition, what) {
  if (!condition) throw new Error(`broken: ${what}`);
}

/** Up to eight pieces. */
export function cut(random, bytes) {
  const points = Array.from({ length: random.below(8) }, () => random.below(bytes.length + 1)).sort((a, b) => a - b);
  return [0, ...points].map((from, index) => bytes.subarray(from, points[index] ?? bytes.length));
}
