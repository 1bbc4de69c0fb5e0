/**
 * Cores that never sleep. A virtual machine's core that was idle takes time to wake, which is counted as that of whoever it wakes for, and
 * comes more often the more processes share the work: what a unit of work costs would depend on how much else there is.
 */
import { availableParallelism } from 'node:os';
import type { IdleMethods } from '../children/idle-process.ts';
import { RemoteProcess } from '../children/remote-process.ts';

export class AwakeCores {
  readonly #processes: readonly RemoteProcess<IdleMethods>[];
  /** False where there is no `chrt`, as outside of Linux: cores sleep as they like. */
  readonly areAwake: boolean;

  private constructor(processes: readonly RemoteProcess<IdleMethods>[], areAwake: boolean) {
    this.#processes = processes;
    this.areAwake = areAwake;
  }

  static async during<T>(signal: AbortSignal, task: (cores: AwakeCores) => Promise<T>): Promise<T> {
    const processes = Array.from(
      { length: availableParallelism() },
      () => new RemoteProcess<IdleMethods>('idle-process', signal),
    );
    try {
      const started = await Promise.all(processes.map((process) => process.call('start')));
      return await task(new AwakeCores(processes, started.every(Boolean)));
    } finally {
      await Promise.all(processes.map((process) => process.end()));
    }
  }

  /** By names, so that what they take counts as nobody's. */
  get pids(): ReadonlyMap<string, number> {
    return new Map(this.#processes.map(({ pid }, index) => [`awake-${index + 1}`, pid]));
  }
}
