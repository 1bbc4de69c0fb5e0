/** Clusters that no machine here could hold, on a fake clock: runs libs/control/test/simulate-scale.ts. */
import { fileURLToPath } from 'node:url';
import { runProgram } from '../children/run-program.ts';
import type { Context } from './context.ts';

export interface SimulatedChange {
  readonly change: string;
  /** Until all was even for good; null when it never was. */
  readonly evenAfterMs: number | null;
  readonly spreadAfter5S: number;
  readonly longestOwnerlessMs: number;
  readonly moves: number;
  readonly workShare: number;
}

export interface SimulatedSize {
  readonly workers: number;
  readonly cameras: number;
  /** Each is the worst of so many runs with other random numbers. */
  readonly seeds: number;
  readonly outcomes: readonly SimulatedChange[];
}

const SIZES = ['16:400', '64:1600', '200:5000'];
const DIRECTORY = fileURLToPath(new URL('../../../libs/control', import.meta.url));
const PROGRAM = ['--import', './test/ts-loader.mjs', 'test/simulate-scale.ts'];

export async function simulate({ quick, signal, say }: Context): Promise<readonly SimulatedSize[]> {
  const seeds = quick ? 1 : 2;
  const sizes = quick ? SIZES.slice(0, 1) : SIZES;
  say(`simulated clusters ${sizes.join(', ')}, ${seeds} of each …`);
  const output = await runProgram(DIRECTORY, [...PROGRAM, String(seeds), ...sizes], signal);
  const lines = output.split('\n').filter((line) => line !== '');
  return lines.map((line) => ({ ...(JSON.parse(line) as Omit<SimulatedSize, 'seeds'>), seeds }));
}
