/** What can happen to a running system, each as something done to one of its processes. */
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalStack } from '@oriel/local-stack';

export interface Failure {
  readonly name: string;
  /** What happens, for the reader of the table. */
  readonly what: string;
  readonly cause: (stack: LocalStack) => Promise<void>;
  /** How long after it the cameras are looked at. */
  readonly observedMs: number;
}

const kill = (process: string, signal: NodeJS.Signals) => async (stack: LocalStack) => {
  stack.process(process).kill(signal);
};

const pause = (process: string, pauseMs: number) => async (stack: LocalStack) => {
  stack.process(process).kill('SIGSTOP');
  await delay(pauseMs);
  stack.process(process).kill('SIGCONT');
};

const PAUSE_MS = 10_000;

export const FAILURES: readonly Failure[] = [
  {
    name: 'transcoder-stop',
    what: 'a transcoder is stopped in order (SIGTERM), comes back and gets its share',
    cause: kill('transcoder-1', 'SIGTERM'),
    observedMs: 12_000,
  },
  {
    name: 'ingest-stop',
    what: 'an ingest is stopped in order (SIGTERM), comes back and gets its share',
    cause: kill('ingest-1', 'SIGTERM'),
    observedMs: 12_000,
  },
  {
    name: 'transcoder-kill',
    what: 'a transcoder is killed (kill -9)',
    cause: kill('transcoder-1', 'SIGKILL'),
    observedMs: 12_000,
  },
  {
    name: 'ingest-kill',
    what: 'an ingest is killed (kill -9)',
    cause: kill('ingest-1', 'SIGKILL'),
    observedMs: 12_000,
  },
  {
    name: 'transcoder-pause',
    what: 'a transcoder stands still for 10 s (SIGSTOP)',
    cause: pause('transcoder-1', PAUSE_MS),
    observedMs: 8_000,
  },
  {
    name: 'ingest-pause',
    what: 'an ingest stands still for 10 s (SIGSTOP)',
    cause: pause('ingest-1', PAUSE_MS),
    observedMs: 8_000,
  },
  {
    name: 'control-restart',
    what: 'the control Redis is killed and comes back with its data',
    cause: kill('redis-control', 'SIGKILL'),
    observedMs: 12_000,
  },
  {
    name: 'media-restart',
    what: 'the media Redis is killed and comes back empty',
    cause: kill('redis-media', 'SIGKILL'),
    observedMs: 12_000,
  },
];
