/** Simulates a host that is short of CPU time: the process runs for only part of each period. */
export interface ScarceProcessorOptions {
  readonly pid: number;
  /** Time the process runs in each period. */
  readonly runMs: number;
  /** Defaults to the period of the Linux kernel's CPU bandwidth control. @defaultValue 100 */
  readonly periodMs?: number;
}

/** @returns lifts the limit; does nothing if the process has ended */
export function makeProcessorScarce({ pid, runMs, periodMs = 100 }: ScarceProcessorOptions): () => void {
  let resume: NodeJS.Timeout | undefined;
  const pause = () => {
    if (!signal(pid, 'SIGSTOP')) return;
    resume = setTimeout(() => signal(pid, 'SIGCONT'), periodMs - runMs);
  };
  const timer = setInterval(pause, periodMs);
  return () => {
    clearInterval(timer);
    clearTimeout(resume);
    signal(pid, 'SIGCONT');
  };
}

/** @returns whether the process exists */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
