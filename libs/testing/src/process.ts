import { type ChildProcess, spawn } from 'node:child_process';
import { waitFor } from './wait-for.ts';

export interface ProgramOptions {
  readonly command: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  /** Added to this process's environment, except that NODE_OPTIONS is never passed on. */
  readonly env?: Readonly<Record<string, string>>;
  /** Output that marks the program as ready; when absent, it is ready once started. */
  readonly ready?: RegExp;
  /** @defaultValue 30000 */
  readonly readyDeadlineMs?: number;
}

/** Output kept per program; the oldest is dropped first. */
const MAX_OUTPUT_CHARACTERS = 1_000_000;
const STOP_DEADLINE_MS = 5000;

/** A running child process, for tests that need real programs. */
export class RunningProgram {
  readonly #child: ChildProcess;
  readonly #command: string;
  /** Resolves with the exit code, or the signal's name. */
  readonly ended: Promise<number | NodeJS.Signals>;
  #output = '';
  #exit: number | NodeJS.Signals | undefined;

  private constructor(child: ChildProcess, command: string) {
    this.#child = child;
    this.#command = command;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-MAX_OUTPUT_CHARACTERS);
      });
    }
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => {
        this.#output += `${error.message}\n`;
        this.#exit = -1;
        resolve(-1);
      });
      child.once('close', (code, signal) => {
        this.#exit = code ?? signal ?? -1;
        resolve(this.#exit);
      });
    });
  }

  /** Resolves once the program is ready. Rejects when it ends first or takes too long, and then leaves no process behind. */
  static async start(options: ProgramOptions): Promise<RunningProgram> {
    const { command, args = [], cwd, env, ready, readyDeadlineMs = 30_000 } = options;
    const { NODE_OPTIONS: _, ...inherited } = process.env;
    const child = spawn(command, args, { cwd, env: { ...inherited, ...env }, stdio: 'pipe' });
    // Writing to an ended program is not an error here, because `ended` reports the end.
    child.stdin.on('error', () => undefined);
    const program = new RunningProgram(child, command);
    if (ready !== undefined) {
      try {
        await waitFor(() => program.#exit !== undefined || ready.test(program.#output), {
          what: `${command} ready`,
          deadlineMs: readyDeadlineMs,
        });
        if (program.#exit !== undefined) throw new Error(`ended with ${program.#exit}`);
      } catch (error) {
        await program.stop('SIGKILL');
        throw new Error(`${command} did not get ready:\n${program.output}`, { cause: error });
      }
    }
    return program;
  }

  /** Undefined when the program could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Standard output and standard error, in order of arrival. */
  get output(): string {
    return this.#output;
  }

  get running(): boolean {
    return this.#exit === undefined;
  }

  /** Writes to standard input. */
  write(text: string): void {
    this.#child.stdin?.write(text);
  }

  signal(signal: NodeJS.Signals): void {
    if (this.running) this.#child.kill(signal);
  }

  /** Ends the program with `signal`, and with SIGKILL after 5 s. Resolves with its exit code or signal once it has ended. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals> {
    this.signal(signal);
    // A process stopped by SIGSTOP receives no other signal until it continues.
    this.signal('SIGCONT');
    const escalation = setTimeout(() => this.signal('SIGKILL'), STOP_DEADLINE_MS);
    try {
      return await this.ended;
    } finally {
      clearTimeout(escalation);
    }
  }

  toString(): string {
    return `${this.#command} (pid ${this.pid ?? 'none'})`;
  }
}
