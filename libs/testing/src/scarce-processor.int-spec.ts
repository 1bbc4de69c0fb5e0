import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { makeProcessorScarce } from './scarce-processor.ts';
import { waitFor } from './wait-for.ts';

/** State and CPU time in ticks of a process, from /proc/[pid]/stat (proc(5)). */
function statOf(pid: number): { readonly state: string; readonly ticks: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return { state: fields[0] ?? '', ticks: Number(fields[11]) + Number(fields[12]) };
}

describe('makeProcessorScarce', () => {
  it('stops a busy process again and again, and lets it go for good', async () => {
    const busy = spawn(process.execPath, ['-e', 'for (;;);']);
    const pid = busy.pid as number;
    const release = makeProcessorScarce({ pid, runMs: 20 });
    try {
      await waitFor(() => statOf(pid).state === 'T');
      await waitFor(() => statOf(pid).state === 'R');
      await waitFor(() => statOf(pid).state === 'T');
      release();
      const { ticks } = statOf(pid);
      await waitFor(() => statOf(pid).state === 'R' && statOf(pid).ticks > ticks);
    } finally {
      busy.kill('SIGKILL');
    }
    await once(busy, 'exit');
  });

  it('leaves a process alone that has ended', async () => {
    const ended = spawn(process.execPath, ['-e', '0']);
    await once(ended, 'exit');
    const release = makeProcessorScarce({ pid: ended.pid as number, runMs: 5, periodMs: 10 });
    expect(release).not.toThrow();
  });
});
