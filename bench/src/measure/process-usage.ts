/** CPU time and memory of processes and of the whole machine, as Linux counts them (proc(5)). */
import { readFileSync } from 'node:fs';

/** USER_HZ: what /proc counts in on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/** At one moment. */
export interface UsageSnapshot {
  /** Monotonic. */
  readonly atMs: number;
  /** User and system time since its start, all threads, by the name of the process. */
  readonly cpuMs: ReadonlyMap<string, number>;
  readonly memoryBytes: ReadonlyMap<string, number>;
  /** Time that the machine's cores were not idle since it started. */
  readonly machineBusyMs: number;
}

/** Between two snapshots. */
export interface Usage {
  readonly cpuMs: number;
  /** Cores in use, by process. */
  readonly cores: Readonly<Record<string, number>>;
  /** At the end, all together. */
  readonly memoryBytes: number;
  /** Cores in use by all processes of the machine. */
  readonly machineCores: number;
}

/** @throws Error when one of the processes is gone. */
export function takeSnapshot(pids: ReadonlyMap<string, number>): UsageSnapshot {
  return {
    atMs: performance.now(),
    cpuMs: mapValues(pids, (pid) => cpuMsOf(readFileSync(`/proc/${pid}/stat`, 'latin1'))),
    memoryBytes: mapValues(pids, memoryBytesOf),
    machineBusyMs: machineBusyMsOf(readFileSync('/proc/stat', 'latin1')),
  };
}

export function usageBetween(before: UsageSnapshot, after: UsageSnapshot): Usage {
  const elapsedMs = after.atMs - before.atMs;
  const spent = [...after.cpuMs].map(([name, cpuMs]) => [name, cpuMs - (before.cpuMs.get(name) ?? 0)] as const);
  return {
    cpuMs: sum(spent.map(([, cpuMs]) => cpuMs)),
    cores: Object.fromEntries(spent.map(([name, cpuMs]) => [name, cpuMs / elapsedMs])),
    memoryBytes: sum([...after.memoryBytes.values()]),
    machineCores: (after.machineBusyMs - before.machineBusyMs) / elapsedMs,
  };
}

/** Fields 14 (utime) and 15 (stime), counted behind the name, which may hold spaces and parentheses. */
export function cpuMsOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ticksToMs(Number(fields[11]) + Number(fields[12]));
}

/** From the first line: user, nice, system, idle, iowait, irq, softirq, steal; guest time is within user. */
export function machineBusyMsOf(stat: string): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (/^cpu +(.*)$/m.exec(stat)?.[1] ?? '')
    .split(' ')
    .map(Number);
  return ticksToMs(user + nice + system + irq + softirq + steal);
}

/** Pages that processes share count in parts (Pss), so that a sum over processes is true; all of them where the kernel hides that. */
function memoryBytesOf(pid: number): number {
  try {
    return kilobytesIn(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'), 'Pss');
  } catch {
    return kilobytesIn(readFileSync(`/proc/${pid}/status`, 'latin1'), 'VmRSS');
  }
}

function kilobytesIn(text: string, key: string): number {
  return Number(new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]) * 1024;
}

function ticksToMs(ticks: number): number {
  return (ticks * 1000) / TICKS_PER_SECOND;
}

function mapValues(pids: ReadonlyMap<string, number>, read: (pid: number) => number): Map<string, number> {
  return new Map([...pids].map(([name, pid]) => [name, read(pid)]));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
