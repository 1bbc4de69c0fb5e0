/** The supervisor's side of the guard: starts it, reports what to clean up, and replaces it if it is killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { GuardMessage } from './guard-messages.ts';
import { identityOf } from './process-identity.ts';

export class GuardClient {
  readonly #tracked = new Map<number, GuardMessage>();
  readonly #directory: string;
  #guard: ChildProcess;
  #isClosing = false;

  /** @param directory removed when the supervisor is gone */
  constructor(directory: string) {
    this.#directory = directory;
    this.#guard = this.#start();
  }

  /** Resolves when the guard listens: only what is started after that is sure to be cleaned up. */
  async ready(): Promise<void> {
    const guard = this.#guard;
    await Promise.race([once(guard, 'message'), once(guard, 'exit')]);
  }

  get pid(): number | undefined {
    return this.#guard.pid;
  }

  track(pid: number, { endsLast }: { readonly endsLast: boolean }): void {
    const message: GuardMessage = { type: 'track', process: identityOf(pid), endsLast };
    this.#tracked.set(pid, message);
    this.#send(message);
  }

  untrack(pid: number): void {
    this.#tracked.delete(pid);
    this.#send({ type: 'untrack', pid });
  }

  /** Lets the guard clean up what is left, and waits for it. */
  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#guard.exitCode !== null || this.#guard.signalCode !== null) return;
    const exited = once(this.#guard, 'exit');
    this.#guard.disconnect();
    await exited;
  }

  #start(): ChildProcess {
    const { NODE_OPTIONS: _, ...env } = process.env;
    // A separate process group: what ends the supervisor's group must not end the guard.
    const guard = spawn(process.execPath, [GUARD, this.#directory], {
      detached: true,
      env,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    guard.once('exit', () => {
      if (this.#isClosing) return;
      this.#guard = this.#start();
      for (const message of this.#tracked.values()) this.#send(message);
    });
    // An exit event reports the same.
    guard.on('error', () => undefined);
    return guard;
  }

  #send(message: GuardMessage): void {
    if (this.#guard.connected) this.#guard.send(message);
  }
}

/** From the build even in tests: plain node does not run TypeScript. */
const GUARD = fileURLToPath(new URL('../dist/guard.js', import.meta.url));
