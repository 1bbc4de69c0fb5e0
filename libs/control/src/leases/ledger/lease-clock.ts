import { performance } from 'node:perf_hooks';

/** Time for everything about leases: a simulation puts its own in the place of the process'. */
export interface LeaseClock {
  /** Monotonic, and goes on while the process is paused. */
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
