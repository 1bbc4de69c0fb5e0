import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** Writes `<name>.log` for each process, truncated at each start; writes nothing without a directory. */
export class LogFiles {
  readonly #directory: string | undefined;
  readonly #files = new Map<string, WriteStream>();

  constructor(directory: string | undefined) {
    this.#directory = directory;
    if (directory !== undefined) mkdirSync(directory, { recursive: true });
  }

  write(name: string, line: string): void {
    if (this.#directory === undefined) return;
    let file = this.#files.get(name);
    if (file === undefined) {
      file = createWriteStream(join(this.#directory, `${name}.log`));
      // A full disk must not end what is being watched.
      file.on('error', () => undefined);
      this.#files.set(name, file);
    }
    file.write(`${line}\n`);
  }

  async close(): Promise<void> {
    const closed = [...this.#files.values()].map((file) => new Promise<void>((resolve) => file.end(() => resolve())));
    await Promise.all(closed);
  }
}
