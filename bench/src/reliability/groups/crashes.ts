/** Processes that die or stand still. */
import { failureGroup, plainStage } from '../failure.ts';
import { kill, pause } from './signals.ts';

const PAUSE_MS = 10_000;

export const CRASHES = failureGroup({
  title: 'Processes that die or stand still',
  open: plainStage,
  failures: [
    {
      name: 'transcoder-kill',
      what: 'a transcoder is killed (kill -9)',
      cause: kill('transcoder-1', 'SIGKILL'),
      observedMs: 12_000,
      isRepeated: true,
    },
    {
      name: 'ingest-kill',
      what: 'an ingest is killed (kill -9)',
      cause: kill('ingest-1', 'SIGKILL'),
      observedMs: 12_000,
      isRepeated: true,
    },
    {
      name: 'gateway-kill',
      what: 'the gateway is killed (kill -9), and its viewer finds it again',
      cause: kill('gateway-1', 'SIGKILL'),
      observedMs: 12_000,
      isRepeated: true,
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
      isRepeated: true,
    },
    {
      name: 'media-restart',
      what: 'the media Redis is killed and comes back empty',
      cause: kill('redis-media', 'SIGKILL'),
      observedMs: 12_000,
      isRepeated: true,
    },
  ],
});
