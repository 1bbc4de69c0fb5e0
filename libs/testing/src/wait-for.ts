import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  /** Named in the error after the deadline. */
  readonly what?: string;
  /** @defaultValue 30000 */
  readonly deadlineMs?: number;
  /** Pause between two checks. @defaultValue 10 */
  readonly intervalMs?: number;
}

/**
 * Resolves with the first value of `condition` that is not undefined, null or false. A condition that throws counts as not yet
 * met. Rejects after the deadline, with the condition's last error as cause.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  options: WaitOptions = {},
): Promise<Exclude<T, undefined | null | false>> {
  const { what = 'condition', deadlineMs = 30_000, intervalMs = 10 } = options;
  const deadline = performance.now() + deadlineMs;
  let cause: unknown;
  for (;;) {
    try {
      const value = await condition();
      cause = undefined;
      if (value !== undefined && value !== null && value !== false) {
        return value as Exclude<T, undefined | null | false>;
      }
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= deadline) throw new Error(`${what} not met within ${deadlineMs} ms`, { cause });
    await delay(intervalMs);
  }
}
