/** Measures how busy this process is. */
import { availableParallelism } from 'node:os';
import { cpuQuotaCores } from './cpu-quota.ts';

export interface ProcessLoad {
  /** Cores in use since the previous sample, by all threads together. */
  readonly cpuCores: number;
  /** Cores this process may use. */
  readonly capacityCores: number;
  readonly rssBytes: number;
}

export class ProcessLoadMeter {
  #cpu = process.cpuUsage();
  #atNs = process.hrtime.bigint();
  #cpuCores = 0;

  sample(): ProcessLoad {
    const nowNs = process.hrtime.bigint();
    const elapsedUs = Number(nowNs - this.#atNs) / 1000;
    if (elapsedUs >= MIN_WINDOW_US) {
      const cpu = process.cpuUsage();
      this.#cpuCores = (cpu.user - this.#cpu.user + cpu.system - this.#cpu.system) / elapsedUs;
      this.#cpu = cpu;
      this.#atNs = nowNs;
    }
    return {
      cpuCores: this.#cpuCores,
      capacityCores: Math.min(availableParallelism(), CPU_QUOTA_CORES),
      rssBytes: process.memoryUsage.rss(),
    };
  }
}

const CPU_QUOTA_CORES = cpuQuotaCores() ?? Number.POSITIVE_INFINITY;
/** A shorter window would show the granularity of the CPU clock rather than load. */
const MIN_WINDOW_US = 50_000;
