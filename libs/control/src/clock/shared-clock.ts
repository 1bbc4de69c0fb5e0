/**
 * One time for all services, whatever their hosts' clocks say: that of the control Redis. Everything that one process stamps and
 * another judges or shows is in it. Durations within a process are measured with its monotonic clock.
 */
export interface SharedClock {
  /** Milliseconds since the Unix epoch, with fractions. */
  nowMs(): number;
  /**
   * What this clock showed when the process' own (`performance.timeOrigin + performance.now()`) showed `processUs`: both whole
   * microseconds since the Unix epoch.
   */
  fromProcessUs(processUs: number): number;
}
