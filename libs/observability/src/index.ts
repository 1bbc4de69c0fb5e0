export { BurstReporter, type BurstReporterOptions } from './burst-reporter.ts';
export { cpuQuotaCores } from './cpu-quota.ts';
export { createLogger, endLogger, type Logger, type LoggerOptions, type LogLevel } from './logger.ts';
export { Counter, createMetrics, Gauge, Histogram, type MetricsOptions, Registry } from './metrics.ts';
export { type ProcessLoad, ProcessLoadMeter } from './process-load.ts';
export { MASK, SecretMask, secretMask } from './secrets.ts';
