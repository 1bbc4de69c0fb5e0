/** Where a suite runs: on the server that all tests share, and on a Redis Cluster of its own. */
import { isCluster, openRedis, type RedisClient } from '@oriel/redis-connection';
import { RedisCluster } from '@oriel/testing';

export interface RedisPlace {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** @param database of the shared server, so that suites do not see each other's keys */
  url(database: number): string;
}

let cluster: RedisCluster | undefined;

export const REDIS_PLACES: readonly RedisPlace[] = [
  {
    name: 'a single server',
    start: async () => undefined,
    stop: async () => undefined,
    url: (database) => `redis://127.0.0.1:${process.env['REDIS_PORT']}/${database}`,
  },
  {
    name: 'a Redis Cluster',
    start: async () => {
      // Nodes that wait for each other no more than half of this tear their links down, and with them what is published just then.
      cluster = await RedisCluster.start({ password: 'p@ss', nodeTimeoutMs: 15_000 });
    },
    stop: async () => cluster?.stop(),
    url: () => cluster?.url ?? '',
  },
];

/** What a test looks at Redis with, beside what it tests. */
export function openTestRedis(url: string): RedisClient {
  return openRedis(url, {
    connectionName: 'test',
    withoutConnection: 'wait',
    maxRetryDelayMs: 50,
    silenceMs: 5_000,
  });
}

/** Forgets everything, on every node. */
export async function flush(client: RedisClient): Promise<void> {
  if (!isCluster(client)) {
    await client.flushdb();
    return;
  }
  // Before the first command no node is known.
  await client.exists('any');
  await Promise.all(client.nodes('master').map((node) => node.flushdb()));
}
