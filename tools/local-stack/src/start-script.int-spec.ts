/** `npm start` is npm, a shell and node; whoever ends npm means all three. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { waitFor } from '@oriel/testing';
import { identityOf, isAlive } from './process-identity.ts';

const SETUP = new URL('../../../scripts/setup.mjs', import.meta.url).href;
const PROGRAM = `import { endWithNpm } from '${SETUP}'; endWithNpm(); setInterval(() => {}, 1000); console.log(process.pid)`;

it.each(['SIGTERM', 'SIGKILL'] as const)(
  'ends when %s has ended the shell that npm runs it through',
  async (signal) => {
    // The second command keeps the shell from replacing itself with node.
    const shell = spawn('sh', ['-c', `"$0" --input-type=module -e "$1"; exit`, process.execPath, PROGRAM], {
      env: { ...process.env, NODE_OPTIONS: '', npm_lifecycle_event: 'start' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [output] = (await once(shell.stdout, 'data')) as [Buffer];
    const program = identityOf(Number(output.toString()));
    expect(isAlive(program)).toBe(true);
    shell.kill(signal);
    await waitFor(() => !isAlive(program));
  },
);
