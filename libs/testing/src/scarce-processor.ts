/** As on a host that gives a process less of its processor than it needs: it may run for part of each period only. */
export interface ScarceProcessorOptions {
  readonly pid: number;
  /** Of each period. */
  readonly runMs: number;
  /** As the Linux kernel's CPU bandwidth control has it. @defaultValue 100 */
  readonly periodMs?: number;
}

/** @returns gives the process all of its time back; a process that has ended is left alone */
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

/** @returns whether the process is there */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
