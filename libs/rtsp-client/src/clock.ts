/** Time and timers, which tests can replace. */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Microseconds since the Unix epoch. Never steps back within a process, even when the system's clock is set. */
  nowUs(): number;
  after(delayMs: number, callback: () => void): Timer;
}

export const systemClock: Clock = {
  nowUs: () => Math.round((performance.timeOrigin + performance.now()) * 1_000),
  after(delayMs, callback) {
    const timeout = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(timeout) };
  },
};

export function nowMs(clock: Clock): number {
  return clock.nowUs() / 1_000;
}
