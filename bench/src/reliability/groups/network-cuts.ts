/** A host whose packets to and from Redis vanish: nobody is told that the connection is gone. */
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalStack } from '@oriel/local-stack';
import { type Failure, failureGroup } from '../failure.ts';
import { SeparateNetworks } from '../separate-networks.ts';

const CUT_MS = 8_000;

const cut = (process: string, what: string): Failure<SeparateNetworks> => ({
  name: `${process}-cut`,
  what: `${what} is cut off from both Redis servers for 8 s`,
  cause: async (stack: LocalStack, networks) => {
    const ports = [stack.controlRedis, stack.mediaRedis].map(({ url }) => Number(new URL(url).port));
    networks.cut(process, ports);
    try {
      await delay(CUT_MS);
    } finally {
      networks.mend(process);
    }
  },
  observedMs: 12_000,
});

export const NETWORK_CUTS = failureGroup({
  title: 'Networks that fail',
  open: () => SeparateNetworks.open(['ingest-1', 'transcoder-1', 'gateway-1']),
  failures: [cut('ingest-1', 'an ingest'), cut('transcoder-1', 'a transcoder'), cut('gateway-1', 'the gateway')],
});
