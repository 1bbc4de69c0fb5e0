/**
 * `npm run fuzz -- [--cases N] [--target NAME] [--seed N] [--from N] [--write]`
 *
 * Every target gets so many cases. Nothing may throw, a case may take no longer than 2 s even on a busy machine, and memory
 * may not grow. What fails is printed with the options that repeat it. `--write` keeps the result for docs/rtsp-conformance.md.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { TARGETS } from './targets.mjs';

const CASE_LIMIT_MS = 2_000;
const HANG_MS = 30_000;
const GROWTH_LIMIT_BYTES = 8_000_000;

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    target: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
setPriority(10);
const seed = Number(values.seed);
const names = values.target === undefined ? Object.keys(TARGETS) : [values.target];
const results = [];
for (const name of names) {
  const startMs = performance.now();
  const result = await fuzz(name);
  results.push({ name, ...result });
  if (values.write) keep(name, result);
  const seconds = ((performance.now() - startMs) / 1_000).toFixed(0);
  const { cases, thrown, slowestMs, heapGrowthBytes, failures, hang } = result;
  console.log(
    `${name}: ${cases} cases in ${seconds} s, ${thrown} thrown, slowest ${slowestMs.toFixed(1)} ms, heap ${(heapGrowthBytes / 1e6).toFixed(1)} MB more${hang ? ', HANGS' : ''}`,
  );
  for (const failure of failures)
    console.log(`  --target '${name}' --seed ${seed} --from ${failure.case} --cases 1\n  ${failure.error}`);
}
const isGood = ({ thrown, slowestMs, heapGrowthBytes, hang }) =>
  thrown === 0 && !hang && slowestMs <= CASE_LIMIT_MS && heapGrowthBytes <= GROWTH_LIMIT_BYTES;
process.exitCode = results.every(isGood) ? 0 : 1;

/** Beside what earlier runs kept of other targets. */
function keep(name, { cases, thrown, slowestMs, heapGrowthBytes }) {
  const file = new URL('results.json', import.meta.url);
  const earlier = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).targets : [];
  const kept = new Map(earlier.map((target) => [target.name, target]));
  kept.set(name, { name, cases, thrown, slowestMs, heapGrowthBytes });
  const targets = Object.keys(TARGETS).flatMap((one) => kept.get(one) ?? []);
  const record = { date: new Date().toISOString().slice(0, 10), node: process.versions.node, seed, targets };
  writeFileSync(file, `${JSON.stringify(record, undefined, 2)}\n`);
}

function fuzz(target) {
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const cases = Number(values.cases);
  const workerData = { target, cases, seed, from: Number(values.from), progress };
  const worker = new Worker(new URL('worker.mjs', import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    let seen = -1;
    const watchdog = setInterval(() => {
      if (progress[0] !== seen) {
        seen = progress[0];
        return;
      }
      clearInterval(watchdog);
      void worker.terminate();
      const failures = [{ case: seen, error: `no progress for ${HANG_MS} ms` }];
      resolve({ cases: seen, thrown: 0, slowestMs: HANG_MS, heapGrowthBytes: 0, failures, hang: true });
    }, HANG_MS);
    worker.once('message', (result) => {
      clearInterval(watchdog);
      resolve(result);
    });
    worker.once('error', reject);
  });
}
