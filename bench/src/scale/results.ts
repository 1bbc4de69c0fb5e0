import type { Commit, Machine } from '../measure/machine.ts';
import type { Plan } from './arithmetic.ts';
import type { CostResult } from './cost.ts';
import type { FailoverResult } from './failover.ts';
import type { HandOverResult } from './hand-over.ts';
import type { LeaseLoad } from './lease-load.ts';
import type { ScaleOptions } from './options.ts';
import type { SimulatedSize } from './simulation.ts';
import type { Turn } from './turn.ts';
import type { UnitCosts } from './units.ts';

/** One run, as it is kept. What was not measured is absent. */
export interface ScaleResults {
  readonly startedAt: string;
  readonly endedAt: string;
  readonly commit: Commit | undefined;
  readonly machine: Machine;
  readonly options: Omit<ScaleOptions, 'output' | 'write'>;
  /** Processes that ran or waited for a core over the last minute, before anything was started. */
  readonly loadBefore: number;
  readonly cost?: CostResult;
  readonly control?: readonly Turn[];
  readonly leaseLoad?: readonly LeaseLoad[];
  readonly units?: UnitCosts;
  readonly plans?: readonly Plan[];
  readonly handOvers?: readonly HandOverResult[];
  readonly failovers?: readonly FailoverResult[];
  readonly simulation?: readonly SimulatedSize[];
}
