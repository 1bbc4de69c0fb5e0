/** Wall clocks that jump while a process runs, and processes that start with a wrong one. */
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalStack } from '@oriel/local-stack';
import { type Failure, failureGroup } from '../failure.ts';
import { FakeClocks } from '../fake-clocks.ts';
import { restart } from './signals.ts';

const HOUR_S = 3_600;
const EACH_MS = 8_000;

const jump = (process: string) => async (stack: LocalStack, clocks: FakeClocks) => {
  for (const aheadS of [HOUR_S, -HOUR_S, 0]) {
    await clocks.set(stack, process, aheadS);
    await delay(EACH_MS);
  }
};

const startWrong = (process: string) => async (stack: LocalStack, clocks: FakeClocks) => {
  for (const aheadS of [HOUR_S, -HOUR_S, 0]) {
    clocks.atNextStart(process, aheadS);
    await restart(stack, process);
    await clocks.shows(stack, process, aheadS);
    await delay(EACH_MS);
  }
};

const jumps = (process: string, what: string, ageSettlesMs = 0): Failure<FakeClocks> => ({
  name: `${process}-clock`,
  what: `the clock of ${what} jumps an hour ahead, then two back, then is right again`,
  cause: jump(process),
  observedMs: 1_000,
  ageSettlesMs,
});

const startsWrong = (process: string, what: string, ageSettlesMs = 0): Failure<FakeClocks> => ({
  name: `${process}-wrong-start`,
  what: `${what} is restarted in order with a clock an hour ahead, again with one an hour behind, again with the right one`,
  cause: startWrong(process),
  observedMs: 1_000,
  ageSettlesMs,
});

/** Everybody has followed a Redis whose clock was set by then. */
const FOLLOWED_MS = 2_000;

export const CLOCKS = failureGroup({
  title: 'Clocks that are wrong',
  isAboutAge: true,
  open: () => FakeClocks.open(['ingest-1', 'transcoder-1', 'gateway-1', 'redis-control', 'redis-media']),
  failures: [
    jumps('ingest-1', 'an ingest'),
    jumps('transcoder-1', 'a transcoder'),
    jumps('gateway-1', 'the gateway'),
    jumps('redis-control', 'the control Redis', FOLLOWED_MS),
    jumps('redis-media', 'the media Redis'),
    startsWrong('ingest-1', 'an ingest'),
    startsWrong('transcoder-1', 'a transcoder'),
    startsWrong('gateway-1', 'the gateway'),
    startsWrong('redis-control', 'the control Redis', FOLLOWED_MS),
    startsWrong('redis-media', 'the media Redis'),
  ],
});
