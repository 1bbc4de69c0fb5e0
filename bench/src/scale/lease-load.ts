/** What workers that only hold leases ask of a Redis: as many as no machine could run. Runs libs/control/test/measure-redis-load.ts. */
import { fileURLToPath } from 'node:url';
import { runProgram } from '../children/run-program.ts';
import type { RedisRates } from '../measure/redis-usage.ts';
import type { Context } from './context.ts';

export interface LeaseLoad extends RedisRates {
  readonly workers: number;
  readonly leases: number;
}

/** What grows with the square of the number of workers shows between these. */
const WORKERS = [8, 48];
const LEASES = 16;
const DIRECTORY = fileURLToPath(new URL('../../../libs/control', import.meta.url));
const PROGRAM = ['--import', './test/ts-loader.mjs', 'test/measure-redis-load.ts'];

export async function measureLeaseLoad({ quick, signal, say }: Context): Promise<readonly LeaseLoad[]> {
  const loads: LeaseLoad[] = [];
  for (const workers of WORKERS) {
    const args = [...PROGRAM, ...[workers, LEASES, quick ? 2 : 4].map(String)];
    const load = JSON.parse(await runProgram(DIRECTORY, args, signal)) as LeaseLoad;
    say(`${workers} workers that hold leases: ${load.cores.toFixed(3)} cores of Redis`);
    loads.push(load);
  }
  return loads;
}
