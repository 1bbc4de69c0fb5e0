/** Prometheus metrics of one process. Labels are camera ids and fixed words, never addresses. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

export { Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface MetricsOptions {
  readonly service: string;
  readonly instanceId?: string;
}

/** A registry with the process metrics and the p99 event loop delay since the last scrape. */
export function createMetrics({ service, instanceId }: MetricsOptions): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service, ...(instanceId === undefined ? {} : { instance_id: instanceId }) });
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_RESOLUTION_MS });

  const delay = monitorEventLoopDelay({ resolution: EVENT_LOOP_RESOLUTION_MS });
  delay.enable();
  new Gauge({
    name: 'oriel_event_loop_delay_p99_seconds',
    help: 'How late the event loop was in 99 of 100 samples since the last scrape, at most',
    registers: [registry],
    collect() {
      // The histogram measures whole timer periods; only the time above the period is delay.
      const lateNs = delay.count === 0 ? 0 : delay.percentile(99) - EVENT_LOOP_RESOLUTION_MS * 1e6;
      this.set(Math.max(0, lateNs) / 1e9);
      delay.reset();
    },
  });
  return registry;
}

/**
 * Each sample wakes the process; at 10 ms, that was most of what an idle process did. At 100 ms, a scrape every 15 s
 * still finds 150 samples, and any delay longer than that shows anyway.
 */
const EVENT_LOOP_RESOLUTION_MS = 100;
