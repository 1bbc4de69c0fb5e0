/** Places where suites run: the server that all tests share, and a Redis Cluster of their own. */
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
      // Nodes drop a link whose ping is unanswered for half of this time, and lose what is published over it at that moment.
      cluster = await RedisCluster.start({ password: 'p@ss', nodeTimeoutMs: 15_000 });
    },
    stop: async () => cluster?.stop(),
    url: () => cluster?.url ?? '',
  },
];

/** Opens a connection for a test's own checks, separate from the code under test. */
export function openTestRedis(url: string): RedisClient {
  return openRedis(url, {
    connectionName: 'test',
    withoutConnection: 'wait',
    maxRetryDelayMs: 50,
    silenceMs: 5_000,
  });
}

/** Deletes all keys, on every node. */
export async function flush(client: RedisClient): Promise<void> {
  if (!isCluster(client)) {
    await client.flushdb();
    return;
  }
  // The client knows no node before its first command.
  await client.exists('any');
  await Promise.all(client.nodes('master').map((node) => node.flushdb()));
}
