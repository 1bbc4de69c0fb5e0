/** Runs the cases of one target, and tells how far it is, so that a hang is noticed from outside. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { Random } from './random.mjs';
import { TARGETS } from './targets.mjs';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

const SUSPICIOUS_MS = 20;

const { target, cases, seed, from, progress } = workerData;
const run = TARGETS[target];
const warmUpCases = Math.min(20_000, Math.floor(cases / 10));
const failures = [];
let thrown = 0;
let slowestMs = 0;
let heapAfterWarmUpBytes = heapBytes();

for (let number = from; number < from + cases; number++) {
  progress[0] = number;
  const startMs = performance.now();
  try {
    run(new Random(seed, number));
  } catch (error) {
    thrown += 1;
    if (failures.length < 10)
      failures.push({ case: number, error: error instanceof Error ? error.stack : String(error) });
  }
  let tookMs = performance.now() - startMs;
  // On a busy machine that may have been somebody else's time: what is slow by itself is slow again.
  for (let again = 0; again < 3 && tookMs > SUSPICIOUS_MS; again++) tookMs = Math.min(tookMs, repeat(number));
  slowestMs = Math.max(slowestMs, tookMs);
  if (number === from + warmUpCases) heapAfterWarmUpBytes = heapBytes();
}
parentPort.postMessage({ cases, thrown, slowestMs, heapGrowthBytes: heapBytes() - heapAfterWarmUpBytes, failures });

function repeat(number) {
  const startMs = performance.now();
  try {
    run(new Random(seed, number));
  } catch {
    // Counted the first time.
  }
  return performance.now() - startMs;
}

function heapBytes() {
  // Twice: memory of array buffers is given back by the collection after the one that found them dead.
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
