/** Keeps two stacks from writing to the same directory, which would ruin its data. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.ts';

export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError';
}

export class DataDirectoryLock {
  readonly #directory: string;
  readonly #file: string;
  #isTaken = false;

  constructor(directory: string) {
    this.#directory = directory;
    this.#file = join(directory, 'oriel.pid');
  }

  /** @throws AlreadyRunningError while the holder's process is alive; a lock left by a dead one is taken over */
  take(): void {
    mkdirSync(this.#directory, { recursive: true });
    const holder = this.#holder();
    if (holder !== undefined && isAlive(holder)) {
      throw new AlreadyRunningError(`Oriel is already running here (process ${holder.pid}), with ${this.#directory}.`);
    }
    rmSync(this.#file, { force: true });
    writeFileSync(this.#file, JSON.stringify(identityOf(process.pid)), { flag: 'wx' });
    this.#isTaken = true;
  }

  release(): void {
    if (this.#isTaken) rmSync(this.#file, { force: true });
    this.#isTaken = false;
  }

  #holder(): ProcessIdentity | undefined {
    try {
      const { pid, startTicks } = JSON.parse(readFileSync(this.#file, 'utf8'));
      return Number.isInteger(pid) ? { pid, startTicks } : undefined;
    } catch {
      // No lock, or one that was cut off while being written.
      return undefined;
    }
  }
}
