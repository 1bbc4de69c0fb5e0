/** Splits the output of a process into lines, keeps the last ones, and passes each on. */
import type { Readable } from 'node:stream';

export class LogLines {
  readonly #last: string[] = [];
  readonly #onLine: (line: string) => void;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** The last {@link MAX_KEPT_LINES} lines, oldest first. */
  get last(): readonly string[] {
    return this.#last;
  }

  read(stream: Readable): void {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = (lines.pop() ?? '').slice(-MAX_LINE_LENGTH);
      for (const line of lines) this.#add(line);
    });
    stream.on('end', () => {
      if (rest !== '') this.#add(rest);
    });
  }

  #add(line: string): void {
    this.#last.push(line.slice(0, MAX_LINE_LENGTH));
    if (this.#last.length > MAX_KEPT_LINES) this.#last.shift();
    this.#onLine(line);
  }
}

const MAX_KEPT_LINES = 1000;
const MAX_LINE_LENGTH = 64 * 1024;
