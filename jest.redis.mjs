// Gives the tests a Redis of their own on a free port of the loopback interface: REDIS_PORT, if set, is used instead.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

export default async function setup() {
  if (process.env.REDIS_PORT) return;
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), 'oriel-redis-'));
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', dir]);
  await new Promise((resolve, reject) => {
    child.once('error', reject).once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
    child.stdout.on('data', (text) => String(text).includes('Ready to accept connections') && resolve());
  });
  process.env.REDIS_PORT = String(port);
  globalThis.__stopRedis = () =>
    new Promise((resolve) => {
      child.removeAllListeners('exit').once('exit', resolve);
      child.kill();
    }).then(() => rmSync(dir, { recursive: true, force: true }));
}
