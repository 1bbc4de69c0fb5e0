import { availableParallelism, cpus } from 'node:os';
import type { CapacityPolicy } from './capacity-policy.ts';

export interface MeasuredCoresOptions {
  /** Cores of this host, which its workers of the queue share. @defaultValue those of the machine */
  readonly hostCores?: number;
  /** Limit of this process alone, as of its container. @defaultValue none */
  readonly quotaCores?: number | undefined;
}

/** Cores, and the cost of each camera as its holder measures it. */
export class MeasuredCores implements CapacityPolicy {
  readonly unit = 'cores';
  /** A 720p picture at 25 frames/s, decoded and encoded once, on the host that the load governor's model was measured on. */
  readonly unknownCost = 0.15;
  /** The governor's estimate follows the processor time of a second; of an unchanged camera it stays within this. */
  readonly noise = 0.15;
  readonly #hostCores: number;
  readonly #quotaCores: number;

  constructor({ hostCores, quotaCores }: MeasuredCoresOptions = {}) {
    // Recent releases of Node count the quota into the parallelism, which then says nothing about the host.
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

/** A camera without a picture still has a connection, and may come back. What an idle transcoder takes for one it holds: 0.003 cores; three times that. */
const MIN_COST_CORES = 0.01;
