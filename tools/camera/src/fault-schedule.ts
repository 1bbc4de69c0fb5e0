import { runCommand } from './commands.ts';
import type { RunningCamera } from './start-camera.ts';

/** A command as on standard input, with when it is carried out. */
export interface ScheduledFault {
  readonly when: 'at' | 'every';
  readonly seconds: number;
  readonly command: string;
}

/** Carries the commands out as time passes; tells each as if it had been typed. @returns how to end that. */
export function scheduleFaults(
  camera: Pick<RunningCamera, 'faults' | 'stats'>,
  faults: readonly ScheduledFault[],
  tell: (line: string) => void,
): () => void {
  const timers = faults.map(({ when, seconds, command }) =>
    (when === 'at' ? setTimeout : setInterval)(() => tell(runCommand(camera, command)), seconds * 1000),
  );
  return () => {
    for (const timer of timers) clearTimeout(timer);
  };
}
