/**
 * One time for all services, that of the control Redis, whatever their hosts' clocks say. Every time stamp that crosses processes uses it.
 * Durations within a process use the monotonic clock.
 */
export interface SharedClock {
  /** Milliseconds since the Unix epoch, with fractions. */
  nowMs(): number;
  /**
   * Converts a time of the process's own clock (`performance.timeOrigin + performance.now()`) to this one. Both are whole microseconds since
   * the Unix epoch.
   */
  fromProcessUs(processUs: number): number;
}
