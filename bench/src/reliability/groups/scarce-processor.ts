/** Hosts that give less of their processor than is needed. */
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalStack } from '@oriel/local-stack';
import { makeProcessorScarce } from '@oriel/testing';
import { failureGroup, plainStage } from '../failure.ts';

const SCARCE_MS = 15_000;

const scarce = (processes: readonly string[], runMs: number) => async (stack: LocalStack) => {
  const pids = processes.flatMap((name) => stack.process(name).pid ?? []);
  const releases = pids.map((pid) => makeProcessorScarce({ pid, runMs }));
  try {
    await delay(SCARCE_MS);
  } finally {
    for (const release of releases) release();
  }
};

export const SCARCE_PROCESSOR = failureGroup({
  title: 'Hosts with too little processor',
  open: plainStage,
  failures: [
    {
      name: 'transcoder-scarce',
      what: 'all transcoders may run for 6 of 100 ms only, for 15 s',
      cause: scarce(['transcoder-1', 'transcoder-2'], 6),
      observedMs: 10_000,
      isRepeated: true,
    },
    {
      name: 'gateway-scarce',
      what: 'the gateway may run for 10 of 100 ms only, for 15 s',
      cause: scarce(['gateway-1'], 10),
      observedMs: 5_000,
    },
  ],
});
