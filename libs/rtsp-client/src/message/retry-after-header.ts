/** Parses `Retry-After` (RFC 2616 §14.37), seconds or a date, into milliseconds from now; undefined when unreadable. */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  const waitMs = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  return Number.isFinite(waitMs) ? Math.min(MAX_WAIT_MS, Math.max(0, waitMs)) : undefined;
}

/** Caps how long a camera can put off the next attempt. */
const MAX_WAIT_MS = 600_000;
