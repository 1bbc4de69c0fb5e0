/**
 * How long to wait before a camera is tried again (docs/rtsp-interop.md#limits-and-waits). Pure: no timers, no clock.
 *
 * Fast at first, because most interruptions are short; then slower and out of step with other cameras, so that a switch that
 * comes back does not face five hundred connections at once; and very slow where retrying does harm.
 */
import type { RtspError } from '../rtsp-error.ts';

export interface ReconnectPolicyOptions {
  /** Longest ordinary wait, without jitter. @defaultValue 30000 */
  readonly ceilingMs?: number;
  /** From 0 to 1; for tests. @defaultValue Math.random */
  readonly random?: () => number;
}

export interface SessionOutcome {
  /** Why it ended; undefined when it was closed in order. */
  readonly error: RtspError | undefined;
  /** How long pictures came before it ended; 0 when it never opened. */
  readonly mediaMs: number;
}

export class ReconnectPolicy {
  readonly #ceilingMs: number;
  readonly #random: () => number;
  /** Consecutive failures. Absent or busy cameras do not count: that says nothing about how they behave otherwise. */
  #failures = 0;
  #refusals = 0;

  constructor({ ceilingMs = 30_000, random = Math.random }: ReconnectPolicyOptions = {}) {
    this.#ceilingMs = ceilingMs;
    this.#random = random;
  }

  /** Call when a session ended. @returns milliseconds to wait before the next one. */
  next({ error, mediaMs }: SessionOutcome): number {
    if (mediaMs >= STABLE_MEDIA_MS) this.reset();
    const failures = this.#failures;
    const ordinaryMs = this.#ordinaryMs(error);
    const leastMs = minimumMs(error, failures);
    // Only the connection was bad, and noticing that took long enough.
    if (error?.code === 'connection-dead' && failures === 0 && leastMs === 0)
      return SPREAD_AFTER_DEATH_MS * this.#random();
    const jitter = JITTER * this.#random();
    // Jitter may lengthen a requested wait, never shorten it.
    return Math.max(ordinaryMs * (1 - jitter), leastMs * (1 + jitter));
  }

  /** The camera's address or password changed: forget the past. */
  reset(): void {
    this.#failures = 0;
    this.#refusals = 0;
  }

  #ordinaryMs(error: RtspError | undefined): number {
    if (error?.code === 'busy') {
      const isTold = error.context.retryAfterMs !== undefined;
      return isTold ? FIRST_WAIT_MS : growing(FIRST_BUSY_WAIT_MS, this.#refusals++, BUSY_CEILING_MS);
    }
    this.#refusals = 0;
    if (error !== undefined && wasNotReached(error)) return Math.min(ABSENT_WAIT_MS, this.#ceilingMs);
    return growing(FIRST_WAIT_MS, this.#failures++, this.#ceilingMs);
  }
}

const FIRST_WAIT_MS = 1_000;
/** A camera that has just booted answers 503 until it is ready; an overloaded one should not be asked as often. */
const FIRST_BUSY_WAIT_MS = 2_000;
const BUSY_CEILING_MS = 10_000;
/** Trying an absent camera costs nothing, and one that returns after days should be seen within seconds. */
const ABSENT_WAIT_MS = 1_000;
/** When many cameras lose their connections at once, they must not all return in the same millisecond. */
const SPREAD_AFTER_DEATH_MS = 100;
const MAX_DOUBLINGS = 20;
const JITTER = 0.2;
const STABLE_MEDIA_MS = 30_000;
/** Cameras lock an account after some five wrong passwords within minutes. */
const AFTER_REFUSED_LOGIN_MS = 60_000;
const MAX_AFTER_REFUSED_LOGIN_MS = 600_000;
/** A person has to fix something; yet a booting camera may answer 404 for a while. */
const AFTER_FINAL_ERROR_MS = 30_000;

function growing(firstMs: number, times: number, ceilingMs: number): number {
  return Math.min(firstMs * 2 ** Math.min(times, MAX_DOUBLINGS), ceilingMs);
}

/** Refused, no route, no such name, or no answer to the attempt to connect. */
function wasNotReached({ code, context }: RtspError): boolean {
  return code === 'unreachable' || (code === 'timed-out' && context.phase === 'connect');
}

function minimumMs(error: RtspError | undefined, failures: number): number {
  const askedMs = error?.context.retryAfterMs ?? 0;
  if (error === undefined || error.retryable) return askedMs;
  if (error.code !== 'unauthorized' && error.code !== 'forbidden') return Math.max(askedMs, AFTER_FINAL_ERROR_MS);
  return Math.max(askedMs, growing(AFTER_REFUSED_LOGIN_MS, failures, MAX_AFTER_REFUSED_LOGIN_MS));
}
