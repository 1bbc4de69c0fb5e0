/** Child processes whose functions the bench calls: each has a core's time of its own, and ends when the bench does. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a child offers. */
export type Methods<M> = { readonly [Name in keyof M]: (...args: never[]) => Promise<unknown> };

type Result<F> = F extends (...args: never[]) => Promise<infer R> ? R : never;
type Arguments<F> = F extends (...args: infer A) => Promise<unknown> ? A : never;

interface Call {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

type Reply =
  | { readonly id: number; readonly ok: true; readonly result: unknown }
  | { readonly id: number; readonly ok: false; readonly message: string };

const END_DEADLINE_MS = 5000;

/** The bench's side. */
export class RemoteProcess<M extends Methods<M>> {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  readonly #name: string;
  #lastId = 0;

  readonly #signal: AbortSignal;

  /**
   * @param program name of its file in this folder, without extension
   * @param signal ends it, and with that every call that waits
   */
  constructor(program: string, signal: AbortSignal) {
    this.#name = program;
    this.#signal = signal;
    signal.throwIfAborted();
    signal.addEventListener('abort', this.#onAbort);
    const file = fileURLToPath(new URL(`./${program}.js`, import.meta.url));
    this.#child = fork(file, [], { serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'] });
    this.#child.on('message', (reply: Reply) => this.#settle(reply));
    this.#child.once('error', (error) => this.#fail(error.message));
    this.#child.once('exit', (code, killer) => this.#fail(`ended with ${code ?? killer}`));
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.#name} could not be started`);
    return this.#child.pid;
  }

  call<Name extends keyof M & string>(method: Name, ...args: Arguments<M[Name]>): Promise<Result<M[Name]>> {
    return new Promise((resolve, reject) => {
      if (!this.#child.connected) {
        reject(new Error(`${this.#name} has ended`));
        return;
      }
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ id, method, args } satisfies Call);
    });
  }

  /** Resolves when the process is gone. */
  async end(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#onAbort);
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined) return;
    const exited = once(this.#child, 'exit');
    if (this.#child.connected) this.#child.disconnect();
    const escalation = setTimeout(() => this.#child.kill('SIGKILL'), END_DEADLINE_MS);
    await exited;
    clearTimeout(escalation);
  }

  readonly #onAbort = () => void this.end();

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.ok) waiting?.resolve(reply.result as never);
    else waiting?.reject(new Error(`${this.#name}: ${reply.message}`));
  }

  #fail(how: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(`${this.#name}: ${how}`));
    this.#waiting.clear();
  }
}

/** The child's side. @param end frees what would outlive the process */
export function serve<M extends Methods<M>>(methods: M, end: () => Promise<void> | void): void {
  const byName = new Map<string, (...args: never[]) => Promise<unknown>>(Object.entries(methods));
  process.on('message', ({ id, method, args }: Call) => {
    const reply = (message: Reply) => process.connected && process.send?.(message);
    const called = byName.get(method)?.(...(args as never[])) ?? Promise.reject(new TypeError(`no method ${method}`));
    called.then(
      (result) => reply({ id, ok: true, result }),
      (error: unknown) => reply({ id, ok: false, message: error instanceof Error ? error.message : String(error) }),
    );
  });
  // Ctrl-C reaches every process of the terminal: this one ends when the bench lets it go.
  process.on('SIGINT', () => undefined);
  const finish = async () => {
    await end();
    process.exit();
  };
  process.once('disconnect', () => void finish());
}
