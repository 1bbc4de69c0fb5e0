import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@oriel/testing';
import { runProgram } from './run-program.ts';

const never = new AbortController().signal;
const program = (code: string) => ['-e', code];

it('gives what it wrote', async () => {
  expect(await runProgram('/', program('console.log(process.cwd())'), never)).toBe('/\n');
});

it('tells when it failed', async () => {
  await expect(runProgram('/', program('process.exit(3)'), never)).rejects.toThrow('ended with 3');
});

it('waits for its end when it is aborted', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'oriel-bench-'));
  const abort = new AbortController();
  const slow = `
    const { writeFileSync } = require('node:fs');
    process.on('SIGTERM', () => setTimeout(() => { writeFileSync('ended', ''); process.exit(); }, 100));
    setInterval(() => {}, 1000);
    writeFileSync('up', '');`;
  try {
    const running = runProgram(directory, program(slow), abort.signal);
    await waitFor(() => existsSync(join(directory, 'up')));
    abort.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect(existsSync(join(directory, 'ended'))).toBe(true);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
