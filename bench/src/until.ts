import { setTimeout as delay } from 'node:timers/promises';

export interface UntilOptions {
  /** Named in the error. */
  readonly what: string;
  readonly signal: AbortSignal;
  /** [60000] */
  readonly deadlineMs?: number;
}

const INTERVAL_MS = 200;

/** Resolves when the condition is met. @throws Error when that takes too long, or at once when it fails or the signal is aborted */
export async function until(condition: () => Promise<boolean>, options: UntilOptions): Promise<void> {
  const { what, signal, deadlineMs = 60_000 } = options;
  const deadlineAtMs = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > deadlineAtMs) throw new Error(`waited ${deadlineMs / 1000} s for ${what}`);
    await delay(INTERVAL_MS, undefined, { signal });
  }
}
