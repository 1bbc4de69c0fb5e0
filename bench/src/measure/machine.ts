/** What the figures were taken on: without it they mean little. */
import { execFile } from 'node:child_process';
import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { promisify } from 'node:util';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly versions: { readonly node: string; readonly ffmpeg: string; readonly redis: string };
}

export interface Commit {
  readonly hash: string;
  /** Sources under version control differ from the commit. */
  readonly modified: boolean;
}

export async function describeMachine(): Promise<Machine> {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${type()} ${release()} ${arch()}`,
    versions: {
      node: process.versions.node,
      ffmpeg: /^ffmpeg version (\S+)/.exec(await output('ffmpeg', ['-version']))?.[1] ?? 'unknown',
      redis: / v=(\S+)/.exec(await output('redis-server', ['--version']))?.[1] ?? 'unknown',
    },
  };
}

/** Undefined outside of a git checkout. */
export async function describeCommit(): Promise<Commit | undefined> {
  const hash = (await output('git', ['rev-parse', '--short=12', 'HEAD'])).trim();
  if (hash === '') return undefined;
  const changes = await output('git', ['status', '--porcelain', '--untracked-files=no']);
  return { hash, modified: changes.trim() !== '' };
}

/** Processes that ran or waited for a core, mean over the last minute. */
export function loadOfMachine(): number {
  return loadavg()[0] ?? Number.NaN;
}

/** Empty when the program is missing or fails: a version is not worth ending a run for. */
async function output(command: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(command, args)).stdout;
  } catch {
    return '';
  }
}

const run = promisify(execFile);
