/** Tells a process from a later one that was given the same pid. */
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from the start of the machine to that of the process; undefined where /proc is missing. */
  readonly startTicks: string | undefined;
}

export function identityOf(pid: number): ProcessIdentity {
  return { pid, startTicks: procStat(pid)?.startTicks };
}

/** False for a process that has ended, also while nobody has collected its exit code, and for another one with its pid. */
export function isAlive({ pid, startTicks }: ProcessIdentity): boolean {
  const stat = procStat(pid);
  if (stat !== undefined) return stat.state !== 'Z' && stat.startTicks === startTicks;
  return startTicks === undefined && answersToSignal(pid);
}

/** Signals the process, or with `group` everything in the process group that it leads; a process that is gone is no error. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals, group = false): void {
  if (!group && !isAlive(identity)) return;
  try {
    process.kill(group ? -identity.pid : identity.pid, signal);
  } catch (error) {
    if (!isNoSuchProcess(error)) throw error;
  }
}

/** Not by `instanceof`: under Jest the errors of node's own modules are of another realm. */
function isNoSuchProcess(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ESRCH';
}

/** proc(5): fields 3 (state) and 22 (starttime), counted behind the name, which may hold spaces and parentheses. */
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
