/** A host whose packets to and from Redis vanish: nobody is told that the connection is gone. */
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalStack } from '@oriel/local-stack';
import { type Failure, failureGroup } from '../failure.ts';
import { SeparateNetworks } from '../separate-networks.ts';

const CUT_MS = 8_000;

const SERVERS = {
  both: { words: 'both Redis servers', of: ({ controlRedis, mediaRedis }: LocalStack) => [controlRedis, mediaRedis] },
  control: { words: 'the control Redis alone', of: ({ controlRedis }: LocalStack) => [controlRedis] },
  media: { words: 'the media Redis alone', of: ({ mediaRedis }: LocalStack) => [mediaRedis] },
} as const;

const cut = (process: string, what: string, from: keyof typeof SERVERS = 'both'): Failure<SeparateNetworks> => ({
  name: from === 'both' ? `${process}-cut` : `${process}-cut-from-${from}`,
  what: `${what} is cut off from ${SERVERS[from].words} for 8 s`,
  cause: async (stack: LocalStack, networks) => {
    const ports = SERVERS[from].of(stack).map(({ url }) => Number(new URL(url).port));
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
  failures: [
    cut('ingest-1', 'an ingest'),
    cut('ingest-1', 'an ingest', 'media'),
    cut('ingest-1', 'an ingest', 'control'),
    cut('transcoder-1', 'a transcoder'),
    cut('transcoder-1', 'a transcoder', 'media'),
    cut('transcoder-1', 'a transcoder', 'control'),
    cut('gateway-1', 'the gateway'),
  ],
});
