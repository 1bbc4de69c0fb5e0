/** When to try a camera again: soon after the first failure, then ever more rarely, and hardly ever with a wrong password. */
import type { RtspError } from '@oriel/rtsp-client';

export interface ReconnectScheduleOptions {
  /** Ceiling of the back-off. */
  readonly ceilingMs: number;
  /** @defaultValue Math.random */
  readonly random?: () => number;
}

export class ReconnectSchedule {
  readonly #ceilingMs: number;
  readonly #random: () => number;
  #failures = 0;

  constructor({ ceilingMs, random = Math.random }: ReconnectScheduleOptions) {
    this.#ceilingMs = ceilingMs;
    this.#random = random;
  }

  /** @param mediaMs how long the session that ended had brought pictures; a stable one starts the back-off anew. */
  nextDelayMs(error: RtspError | undefined, mediaMs: number): number {
    if (mediaMs >= STABLE_MEDIA_MS) this.#failures = 0;
    const backOffMs = Math.min(this.#ceilingMs, FIRST_DELAY_MS * 2 ** Math.min(this.#failures, MAX_DOUBLINGS));
    this.#failures++;
    const jittered = backOffMs * (1 - JITTER + JITTER * this.#random());
    return Math.round(Math.max(jittered, floorMs(error)));
  }
}

const FIRST_DELAY_MS = 1000;
const MAX_DOUBLINGS = 16;
const JITTER = 0.2;
const STABLE_MEDIA_MS = 30_000;
/** Cameras lock a user out after a few wrong passwords, commonly five in five minutes. */
const REFUSED_USER_DELAY_MS = 60_000;
const MAX_RETRY_AFTER_MS = 3_600_000;

function floorMs(error: RtspError | undefined): number {
  if (error === undefined) return 0;
  const isRefusedUser = error.code === 'unauthorized' || error.code === 'forbidden';
  const retryAfterMs = Math.min(error.context.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS);
  return Math.max(isRefusedUser ? REFUSED_USER_DELAY_MS : 0, retryAfterMs);
}
