import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { RESULTS } from './engine.ts';

/**
 * Says how long something took beside what it should take, and keeps it in test-results/containers/timings.txt. No test
 * fails by it: what a machine that does other work at the same time shows is no fault of the product.
 */
export function recordTiming(what: string, tookMs: number, goalMs: number): void {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const line = `${what}: ${seconds(tookMs)} (goal ${seconds(goalMs)}${tookMs > goalMs ? ', missed' : ''})\n`;
  mkdirSync(RESULTS, { recursive: true });
  appendFileSync(join(RESULTS, 'timings.txt'), line);
  process.stderr.write(line);
}
