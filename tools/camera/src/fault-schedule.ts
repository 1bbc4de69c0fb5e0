import { runCommand } from './commands.ts';
import type { RunningCamera } from './start-camera.ts';

/** A command, as on standard input, and when to run it. */
export interface ScheduledFault {
  readonly when: 'at' | 'every';
  readonly seconds: number;
  readonly command: string;
}

/** Runs the commands when they are due and reports each as if it had been typed. @returns stops the schedule */
export function scheduleFaults(
  camera: Pick<RunningCamera, 'faults' | 'stats'>,
  faults: readonly ScheduledFault[],
  report: (line: string) => void,
): () => void {
  const timers = faults.map(({ when, seconds, command }) =>
    (when === 'at' ? setTimeout : setInterval)(() => report(runCommand(camera, command)), seconds * 1000),
  );
  return () => {
    for (const timer of timers) clearTimeout(timer);
  };
}
