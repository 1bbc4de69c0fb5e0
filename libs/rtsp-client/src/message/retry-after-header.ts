/** `Retry-After` (RFC 2616 §14.37), seconds or a date, as milliseconds from now; undefined when it cannot be read. */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  const waitMs = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  return Number.isFinite(waitMs) ? Math.min(MAX_WAIT_MS, Math.max(0, waitMs)) : undefined;
}

/** A camera must not be able to keep itself away for longer than this. */
const MAX_WAIT_MS = 600_000;
