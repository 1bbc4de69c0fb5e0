/** Distinguishes a process from a later one with the same pid. */
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** Start time of the process in clock ticks since boot; undefined without /proc. */
  readonly startTicks: string | undefined;
}

export function identityOf(pid: number): ProcessIdentity {
  return { pid, startTicks: procStat(pid)?.startTicks };
}

/**
 * False for a process that has ended, even if nobody has collected its exit code, and for another one with the same
 * pid.
 */
export function isAlive({ pid, startTicks }: ProcessIdentity): boolean {
  const stat = procStat(pid);
  if (stat !== undefined) return stat.state !== 'Z' && stat.startTicks === startTicks;
  return startTicks === undefined && answersToSignal(pid);
}

/**
 * Signals the process or, with `group`, everything in the process group that it leads. A process that is gone is no
 * error.
 */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals, group = false): void {
  if (!group && !isAlive(identity)) return;
  try {
    process.kill(group ? -identity.pid : identity.pid, signal);
  } catch (error) {
    if (!isNoSuchProcess(error)) throw error;
  }
}

/** Not `instanceof`: under Jest, errors of Node's own modules belong to another realm. */
function isNoSuchProcess(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ESRCH';
}

/** proc(5): fields 3 (state) and 22 (starttime), counted after the name, which may contain spaces and parentheses. */
function procStat(pid: number): { state: string; startTicks: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startTicks: fields[19] ?? '' };
  } catch {
    // No such process, or no /proc on this system.
    return undefined;
  }
}

function answersToSignal(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
