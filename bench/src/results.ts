import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FirstPictureResult } from './first-picture.ts';
import type { FrameAgeResult } from './frame-age/result.ts';
import type { IdleCostResult } from './idle-cost.ts';
import type { Commit, Machine } from './measure/machine.ts';
import type { BenchOptions } from './options.ts';
import type { ViewerCapacityResult } from './viewer-capacity.ts';

/** One run, as it is kept. What was not measured is absent. */
export interface BenchResults {
  readonly startedAt: string;
  readonly endedAt: string;
  readonly commit: Commit | undefined;
  readonly machine: Machine;
  readonly options: Omit<BenchOptions, 'output' | 'go2rtc' | 'camera'>;
  /** Processes that ran or waited for a core over the last minute, before anything was started. */
  readonly loadBefore: number;
  readonly frameAge?: readonly FrameAgeResult[];
  readonly firstPicture?: readonly FirstPictureResult[];
  readonly viewers?: ViewerCapacityResult;
  readonly idle?: readonly IdleCostResult[];
}

/** Returns the name of the file. */
export function writeResults(results: BenchResults, output: string | undefined): string {
  return writeJson(results, output ?? defaultFile(results));
}

/** Returns the name of the file. */
export function writeJson(results: object, file: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, rounded, 2)}\n`);
  return file;
}

/** A whole run is named after its day only. */
function defaultFile({ startedAt, options }: BenchResults): string {
  const parts = options.parts.length === 1 ? `-${options.parts.join()}` : '';
  const name = `${startedAt.slice(0, 10)}${parts}${options.noise ? '-noise' : ''}${options.quick ? '-quick' : ''}.json`;
  return fileURLToPath(new URL(`../results/${name}`, import.meta.url));
}

/** More digits than a clock gives only hide the figures; of prices below one, three count. */
function rounded(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || !Number.isFinite(value)) return value;
  return Number(Math.abs(value) < 1 ? value.toPrecision(3) : value.toFixed(3));
}
