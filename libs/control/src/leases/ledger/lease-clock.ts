import { performance } from 'node:perf_hooks';

/** The clock of all lease code. Simulations replace it with their own. */
export interface LeaseClock {
  /** Monotonic. Runs on while the process is paused, but on Linux not while the machine is suspended. */
  nowMs(): number;
  after(delayMs: number, run: () => void): LeaseTimer;
}

export interface LeaseTimer {
  cancel(): void;
}

export const processClock: LeaseClock = {
  nowMs: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, Math.max(0, Math.ceil(delayMs)));
    return { cancel: () => clearTimeout(timer) };
  },
};

/** A pause that can be cut short. */
export class Pause {
  readonly #clock: LeaseClock;
  #end: () => void = () => undefined;

  constructor(clock: LeaseClock) {
    this.#clock = clock;
  }

  async wait(delayMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#clock.after(delayMs, resolve);
      this.#end = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  end(): void {
    this.#end();
  }
}
