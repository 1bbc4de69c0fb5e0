/** Redis servers that answer late. */
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalStack } from '@oriel/local-stack';
import { Redis } from 'ioredis';
import { failureGroup } from '../failure.ts';
import { SlowLines } from '../slow-lines.ts';

const SLOW_MS = 10_000;
const BLOCKED_MS = 2_000;

const slow = (which: 'control' | 'media', latencyMs: number) => async (_: LocalStack, lines: SlowLines) => {
  lines[which].latencyMs = latencyMs;
  await delay(SLOW_MS);
  lines[which].latencyMs = 0;
};

const blocked = (which: 'controlRedis' | 'mediaRedis') => async (stack: LocalStack) => {
  const redis = new Redis(stack[which].url);
  await redis.call('CLIENT', 'PAUSE', BLOCKED_MS, 'ALL');
  redis.disconnect();
  await delay(BLOCKED_MS);
};

export const SLOW_REDIS = failureGroup({
  title: 'Redis that is slow',
  open: SlowLines.open,
  failures: [
    {
      name: 'control-slow',
      what: 'the control Redis is 200 ms away in each direction for 10 s',
      cause: slow('control', 200),
      observedMs: 6_000,
    },
    {
      name: 'media-slow',
      what: 'the media Redis is 50 ms away in each direction for 10 s',
      cause: slow('media', 50),
      observedMs: 6_000,
    },
    {
      name: 'control-blocked',
      what: 'the control Redis answers nobody for 2 s (CLIENT PAUSE)',
      cause: blocked('controlRedis'),
      observedMs: 8_000,
    },
    {
      name: 'media-blocked',
      what: 'the media Redis answers nobody for 2 s (CLIENT PAUSE)',
      cause: blocked('mediaRedis'),
      observedMs: 8_000,
    },
  ],
});
