import { RunningProgram } from './process.ts';
import { waitFor } from './wait-for.ts';

const node = (script: string, ready?: RegExp) =>
  RunningProgram.start({ command: process.execPath, args: ['-e', script], ready, readyDeadlineMs: 5000 });

describe('RunningProgram', () => {
  it('waits for the ready line and ends by signal', async () => {
    const program = await node('console.log("listening"); setInterval(() => {}, 1000)', /listening/);
    expect(program.running).toBe(true);
    expect(await program.stop()).toBe('SIGTERM');
    expect(program.running).toBe(false);
  });

  it('keeps what was printed, and takes input', async () => {
    const program = await node('process.stdin.on("data", (text) => console.error("got " + text))');
    program.write('hello\n');
    await waitFor(() => program.output.includes('got hello'));
    await program.stop();
  });

  it('ends a program that stands still', async () => {
    const program = await node('console.log("up"); setInterval(() => {}, 1000)', /up/);
    program.signal('SIGSTOP');
    expect(await program.stop()).toBe('SIGTERM');
  });

  it.each([
    { name: 'that ends first', script: 'console.log("no"); process.exit(3)', says: 'no' },
    { name: 'that never gets ready', script: 'console.log("slow"); setInterval(() => {}, 1000)', says: 'slow' },
  ])('rejects for a program $name, with its output', async ({ script, says }) => {
    const starting = RunningProgram.start({
      command: process.execPath,
      args: ['-e', script],
      ready: /never/,
      readyDeadlineMs: 700,
    });
    await expect(starting).rejects.toThrow(says);
  });

  it('rejects for a program that does not exist', async () => {
    await expect(RunningProgram.start({ command: '/no/such/program', ready: /./ })).rejects.toThrow();
  });
});
