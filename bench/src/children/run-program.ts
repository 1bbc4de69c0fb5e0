import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/**
 * What a Node program of this repository writes to standard output, once it has ended. An aborted signal ends it, and is waited for.
 *
 * @throws the signal's reason; Error when the program fails
 */
export async function runProgram(directory: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, args, { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'] });
  const onAbort = () => child.kill('SIGTERM');
  signal.addEventListener('abort', onAbort);
  try {
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    signal.throwIfAborted();
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
    return output;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
