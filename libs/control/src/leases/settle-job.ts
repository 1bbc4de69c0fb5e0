import { ControlError } from '../control-error.ts';
import { LOCK_DURATION_MS } from './lease-timing.ts';

/** Waits for a job to be settled. A job that is gone or has another holder needs nothing from the one before. */
export async function settle(settled: Promise<unknown>): Promise<void> {
  try {
    await whileRedisAnswers(settled);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (typeof code !== 'number' || !LOST_LOCK_CODES.has(code)) throw error;
  }
}

/** BullMQ's commands wait for Redis for ever. Locks do not: after their time there is nothing left to wait for. */
export async function whileRedisAnswers<T>(answered: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const impatience = new Promise<never>((_, reject) => {
    const error = new ControlError('disconnected', 'Redis (control) does not answer; leases end with their locks');
    timer = setTimeout(() => reject(error), LOCK_DURATION_MS);
  });
  return await Promise.race([answered, impatience]).finally(() => clearTimeout(timer));
}

/**
 * Before a camera whose work failed is offered again; cut short by the end of its lease, which is kept meanwhile. BullMQ's delayed jobs
 * would wait by the clocks of two hosts: where one is an hour ahead of the other, for an hour.
 */
export async function failurePause(leaseSignal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, FAILURE_PAUSE_MS);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    leaseSignal.addEventListener('abort', end, { once: true });
    if (leaseSignal.aborted) end();
  });
}

const FAILURE_PAUSE_MS = 1_000;

/** BullMQ's answers (enums/error-code): job missing, lock missing, not in that state, lock of another. */
const LOST_LOCK_CODES: ReadonlySet<number> = new Set([-1, -2, -3, -6]);
