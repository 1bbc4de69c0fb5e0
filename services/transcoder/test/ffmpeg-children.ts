import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { waitFor } from '@oriel/testing';

/** Process ids of the ffmpeg children of this process, zombies among them. */
export async function ffmpegChildren(): Promise<number[]> {
  // Rejects when there is no child at all.
  const list = promisify(execFile)('ps', ['-o', 'pid=,comm=', '--ppid', `${process.pid}`]).catch(() => ({
    stdout: '',
  }));
  const lines = (await list).stdout.trim().split('\n');
  const children = lines.map((line) => line.trim().split(/\s+/, 2));
  return children.filter(([, command]) => command === 'ffmpeg').map(([pid]) => Number(pid));
}

/** Resolves when they are gone. */
export async function killFfmpegChildren(): Promise<void> {
  const killed = await ffmpegChildren();
  for (const pid of killed) process.kill(pid, 'SIGKILL');
  await waitFor(async () => !(await ffmpegChildren()).some((pid) => killed.includes(pid)));
}
