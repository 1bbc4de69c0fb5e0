/** Above the millisecond by which Date.now() rounds down. */
const MAX_DRIFT_MS = 2;

let originMs = performance.timeOrigin;

/** Microseconds since the Unix epoch. Finer than Date.now(), but follows it when the system's clock is set. */
export function nowUs(): number {
  const dateMs = Date.now();
  const timeMs = originMs + performance.now();
  if (Math.abs(timeMs - dateMs) <= MAX_DRIFT_MS) return Math.round(timeMs * 1000);
  originMs = dateMs - performance.now();
  return dateMs * 1000;
}
