/** A process that is restarted whenever it ends, until it is stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { GuardClient } from './guard-client.ts';
import { LogLines } from './log-lines.ts';
import { identityOf, signalProcess } from './process-identity.ts';

export interface ProcessPlan {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Called before each start, so that a restarted process can get the port it had. */
  readonly env: () => NodeJS.ProcessEnv;
  /** True for our own programs: they have an IPC channel, report `listening` on it, and end when it closes. */
  readonly hasChannel: boolean;
  /** Others need it, so it is ended after them. */
  readonly endsLast: boolean;
  /** Undefined once the process does its work, else what is missing. */
  readonly problem: () => Promise<string | undefined>;
  readonly onMessage?: (message: unknown) => void;
}

/** Command line and environment of a process. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

export interface SupervisedProcessDeps {
  readonly guard: GuardClient;
  readonly onLine: (name: string, line: string) => void;
  readonly onExit: (name: string, how: string) => void;
  /** Changes how it is started; called before each start. */
  readonly launch: (name: string, launch: Launch) => Launch;
}

export class SupervisedProcess {
  readonly #plan: ProcessPlan;
  readonly #deps: SupervisedProcessDeps;
  readonly #lines: LogLines;
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #isStopping = false;
  #lastExit = 'has not been started';
  #startedAtMs = 0;
  #crashesInARow = 0;
  #restarts = 0;
  #restartTimer: NodeJS.Timeout | undefined;

  constructor(plan: ProcessPlan, deps: SupervisedProcessDeps) {
    this.#plan = plan;
    this.#deps = deps;
    this.#lines = new LogLines((line) => deps.onLine(plan.name, line));
  }

  get name(): string {
    return this.#plan.name;
  }

  /** Undefined while it waits to be restarted. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** Consecutive crashes without a healthy stretch in between. */
  get crashesInARow(): number {
    return this.#crashesInARow;
  }

  /** The last lines it wrote, across restarts. */
  get logs(): readonly string[] {
    return this.#lines.last;
  }

  start(): void {
    const { name, hasChannel, endsLast, onMessage } = this.#plan;
    const planned = { command: this.#plan.command, args: this.#plan.args, env: this.#plan.env() };
    const { command, args, env } = this.#deps.launch(name, planned);
    const channel = hasChannel ? (['ipc'] as const) : [];
    // A separate process group: Ctrl-C reaches only the supervisor, which then ends everything in the right order.
    const child = spawn(command, args, { detached: true, env, stdio: ['ignore', 'pipe', 'pipe', ...channel] });
    this.#child = child;
    this.#startedAtMs = Date.now();
    const { pid } = child;
    if (pid !== undefined) this.#deps.guard.track(pid, { endsLast });
    if (child.stdout !== null) this.#lines.read(child.stdout);
    if (child.stderr !== null) this.#lines.read(child.stderr);
    if (onMessage !== undefined) child.on('message', onMessage);
    this.#exited = new Promise((resolve) => {
      child.once('error', (error) => {
        if (pid === undefined) {
          this.#onExit(child, `cannot be started: ${error.message}`);
          resolve();
        }
      });
      child.once('exit', (code, signal) => {
        this.#onExit(child, signal === null ? `ended with code ${code}` : `was ended by ${signal}`);
        resolve();
      });
    });
  }

  /** Undefined if it does its work, else what is missing. */
  async problem(): Promise<string | undefined> {
    if (this.#child === undefined) return this.#lastExit;
    try {
      return await this.#plan.problem();
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Sends SIGTERM, and SIGKILL after the deadline. Resolves when the process and whatever it started are gone. */
  async stop(deadlineMs: number): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#restartTimer);
    if (this.#child === undefined) return;
    this.#child.kill('SIGTERM');
    const late = new AbortController();
    const killLater = delay(deadlineMs, undefined, { signal: late.signal }).then(
      () => this.#child?.kill('SIGKILL'),
      () => undefined,
    );
    await this.#exited;
    late.abort();
    await killLater;
  }

  #onExit(child: ChildProcess, how: string): void {
    this.#child = undefined;
    this.#lastExit = how;
    if (child.pid !== undefined) {
      // Children that it left behind are in its group.
      signalProcess(identityOf(child.pid), 'SIGKILL', true);
      this.#deps.guard.untrack(child.pid);
    }
    if (this.#isStopping) return;
    this.#deps.onExit(this.#plan.name, how);
    const isFirstAfterHealth = Date.now() - this.#startedAtMs > HEALTHY_STRETCH_MS;
    this.#crashesInARow = isFirstAfterHealth ? 1 : this.#crashesInARow + 1;
    const pauseMs = this.#crashesInARow === 1 ? 0 : Math.min(2 ** this.#crashesInARow * FIRST_PAUSE_MS, LAST_PAUSE_MS);
    this.#restartTimer = setTimeout(() => {
      this.#restarts++;
      this.start();
    }, pauseMs);
  }
}

/** A process that lived this long did not fail at its start. */
const HEALTHY_STRETCH_MS = 10_000;
const FIRST_PAUSE_MS = 50;
const LAST_PAUSE_MS = 10_000;
