// A lock among the processes of this machine that cannot outlive its holder: whoever listens at the lock's name has it.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs `task` while no other process runs one under the same name; waits as long as that takes.
 *
 * @param onWait Called once if somebody else has the lock.
 */
export async function withLock(name, task, { onWait } = {}) {
  const address = addressOf(name);
  let server = await listen(address);
  if (server === undefined) onWait?.();
  while (server === undefined) {
    await untilFree(address);
    server = await listen(address);
  }
  try {
    return await task();
  } finally {
    server.close();
    for (const waiting of server.waiting) waiting.destroy();
  }
}

/** Linux forgets a name in its abstract space, and Windows a pipe, with the process that made it. Elsewhere it is a file. */
function addressOf(name) {
  const unique = `oriel-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  if (process.platform === 'linux') return `\0${unique}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${unique}` : join(tmpdir(), `${unique}.lock`);
}

/** @returns undefined when somebody else listens there. */
async function listen(address) {
  const server = createServer((socket) => {
    server.waiting.add(socket);
    socket.once('close', () => server.waiting.delete(socket)).on('error', () => socket.destroy());
  });
  server.waiting = new Set();
  server.listen(address);
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if (error.code !== 'EADDRINUSE') throw error;
    return undefined;
  }
}

/** Connected to the holder until it lets go or dies. */
function untilFree(address) {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.on('error', (error) => {
      // The file of a holder that was killed.
      if (error.code === 'ECONNREFUSED' && !address.startsWith('\0')) rmSync(address, { force: true });
    });
    socket.on('close', resolve);
  });
}
