import { availableParallelism, cpus } from 'node:os';
import type { CapacityPolicy } from './capacity-policy.ts';

export interface MeasuredCoresOptions {
  /** Cores of this host, shared by the queue's workers on it. @defaultValue all cores of the machine */
  readonly hostCores?: number;
  /** CPU limit of this process alone, e.g. of its container. @defaultValue none */
  readonly quotaCores?: number | undefined;
}

/** Counts CPU cores. The holder measures the cost of each camera. */
export class MeasuredCores implements CapacityPolicy {
  readonly unit = 'cores';
  /** 720p at 25 frames/s, decoded and encoded once, on the host that the load governor's model was measured on. */
  readonly unknownCost = 0.15;
  /** The load governor's estimate follows CPU time per second. For an unchanged camera it varies by less than this. */
  readonly noise = 0.15;
  readonly #hostCores: number;
  readonly #quotaCores: number;

  constructor({ hostCores, quotaCores }: MeasuredCoresOptions = {}) {
    // In recent Node releases availableParallelism() includes the quota, so it does not give the cores of the host.
    this.#hostCores = hostCores ?? (quotaCores === undefined ? availableParallelism() : cpus().length);
    this.#quotaCores = quotaCores ?? Number.POSITIVE_INFINITY;
  }

  capacity(hostWorkers: number): number {
    return Math.min(this.#quotaCores, this.#hostCores / Math.max(1, hostWorkers));
  }

  costOf(reported: number | undefined): number | undefined {
    return reported === undefined || !Number.isFinite(reported) ? undefined : Math.max(MIN_COST_CORES, reported);
  }
}

/** Three times the 0.003 cores that a watched camera takes beside its pictures (t₁ in docs/scaling.md). A camera without a picture may come back. */
const MIN_COST_CORES = 0.01;
