/**
 * `node guard.js <directory>`: a small process that cleans up after the supervisor, even after `kill -9`. Node cannot
 * ask the kernel to end a child with its parent, and redis-server does not notice that its parent is gone. But the
 * guard notices that its channel has closed.
 */
import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { GuardMessage } from './guard-messages.ts';
import { isAlive, type ProcessIdentity, signalProcess } from './process-identity.ts';

interface Tracked {
  readonly process: ProcessIdentity;
  readonly endsLast: boolean;
}

/** Time for services to hand their cameras back and close their sessions. */
const SERVICE_DEADLINE_MS = 5000;
const REDIS_DEADLINE_MS = 5000;
const POLL_MS = 50;

const tracked = new Map<number, Tracked>();
const directory = process.argv[2];

process.on('message', (message: GuardMessage) => {
  if (message.type === 'track') tracked.set(message.process.pid, message);
  else tracked.delete(message.pid);
});
// Ctrl-C and a closed terminal concern the supervisor; the guard ends when nothing is left to guard.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
const finish = () => {
  cleanUp().then(
    () => process.exit(0),
    () => process.exit(1),
  );
};
process.on('disconnect', finish);
// Nothing is started before this guard reports that it listens. A supervisor that is gone by now has left only a
// directory.
if (process.connected) process.send?.('ready');
else finish();

async function cleanUp(): Promise<void> {
  const all = [...tracked.values()];
  await end(
    all.filter(({ endsLast }) => !endsLast),
    SERVICE_DEADLINE_MS,
  );
  await end(
    all.filter(({ endsLast }) => endsLast),
    REDIS_DEADLINE_MS,
  );
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
}

async function end(processes: readonly Tracked[], deadlineMs: number): Promise<void> {
  for (const { process } of processes) signalProcess(process, 'SIGTERM');
  const deadlineAtMs = Date.now() + deadlineMs;
  while (processes.some(({ process }) => isAlive(process)) && Date.now() < deadlineAtMs) await delay(POLL_MS);
  for (const { process } of processes) {
    // Its children too, such as an ffmpeg that its transcoder could no longer end.
    if (isAlive(process)) signalProcess(process, 'SIGKILL');
    signalProcess(process, 'SIGKILL', true);
  }
}
