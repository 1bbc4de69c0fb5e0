/** Processes and a Redis of their own for the benches of this folder. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export function child(file: string, env: Record<string, string>): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), {
    env: { ...process.env, ...env },
    execArgv: process.execArgv,
  });
}

export async function message<T>(from: ChildProcess): Promise<T> {
  const [value] = await once(from, 'message');
  return value as T;
}

export async function ask<T>(of: ChildProcess, question: string): Promise<T> {
  of.send(question);
  return message<T>(of);
}

export async function end(process: ChildProcess): Promise<void> {
  process.kill();
  await once(process, 'exit');
}

export async function startRedis(): Promise<{ port: number; stop: () => Promise<void> }> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  const dir = mkdtempSync(join(tmpdir(), 'oriel-bench-'));
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', dir]);
  for await (const text of server.stdout) if (String(text).includes('Ready to accept')) break;
  return {
    port,
    stop: async () => {
      server.kill();
      await once(server, 'exit');
      rmSync(dir, { recursive: true });
    },
  };
}
