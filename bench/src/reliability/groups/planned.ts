/** What is meant to happen: nobody should see it. */
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalStack } from '@oriel/local-stack';
import { failureGroup, plainStage } from '../failure.ts';
import { kill, restart } from './signals.ts';

/** A new worker gets its share by then. */
const SHARED_OUT_MS = 10_000;

const grow = (kind: 'ingest' | 'transcoder') => async (stack: LocalStack) => {
  const { name } = await stack.add(kind);
  await delay(SHARED_OUT_MS);
  await stack.remove(name);
};

const restartAll = (kind: 'ingest' | 'transcoder') => async (stack: LocalStack) => {
  for (const { name } of stack.services.filter((process) => process.name.startsWith(kind))) {
    await restart(stack, name);
    await delay(SHARED_OUT_MS);
  }
};

export const PLANNED = failureGroup({
  title: 'What is meant to happen',
  open: plainStage,
  failures: [
    {
      name: 'nothing',
      what: 'nothing, for comparison',
      cause: async () => undefined,
      observedMs: 12_000,
    },
    {
      name: 'transcoder-add',
      what: 'a transcoder is added, gets its share, and is taken away',
      cause: grow('transcoder'),
      observedMs: 3_000,
      isRepeated: true,
    },
    {
      name: 'ingest-add',
      what: 'an ingest is added, gets its share, and is taken away',
      cause: grow('ingest'),
      observedMs: 3_000,
      isRepeated: true,
    },
    {
      name: 'transcoder-stop',
      what: 'a transcoder is stopped in order (SIGTERM), comes back and gets its share',
      cause: kill('transcoder-1', 'SIGTERM'),
      observedMs: 12_000,
      isRepeated: true,
    },
    {
      name: 'ingest-stop',
      what: 'an ingest is stopped in order (SIGTERM), comes back and gets its share',
      cause: kill('ingest-1', 'SIGTERM'),
      observedMs: 12_000,
      isRepeated: true,
    },
    {
      name: 'rolling-transcoders',
      what: 'all transcoders are restarted, one after the other',
      cause: restartAll('transcoder'),
      observedMs: 1_000,
    },
    {
      name: 'rolling-ingests',
      what: 'all ingests are restarted, one after the other',
      cause: restartAll('ingest'),
      observedMs: 1_000,
    },
  ],
});
