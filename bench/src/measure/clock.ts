/** Leaves room for the millisecond that Date.now() cuts off. */
const MAX_DRIFT_MS = 2;

let originMs = performance.timeOrigin;

/** Milliseconds since the Unix epoch, with fractions: the clock that the camera draws into its pictures, and that follows the system's when that is set. */
export function nowMs(): number {
  const dateMs = Date.now();
  const timeMs = originMs + performance.now();
  if (Math.abs(timeMs - dateMs) <= MAX_DRIFT_MS) return timeMs;
  originMs = dateMs - performance.now();
  return dateMs;
}
