import { Redis } from 'ioredis';
import { RedisServer } from './redis-server.ts';
import { waitFor } from './wait-for.ts';

export interface RedisClusterOptions {
  /** @defaultValue false */
  readonly withReplicas?: boolean;
  readonly password?: string;
  /** Silence after which the other nodes consider a node dead. @defaultValue 1000 */
  readonly nodeTimeoutMs?: number;
}

/** A test's own Redis Cluster on the loopback interface: three masters, each with a replica on request. */
export class RedisCluster {
  /** Masters first, in slot order. */
  readonly servers: readonly RedisServer[];
  readonly #options: RedisClusterOptions;

  private constructor(servers: readonly RedisServer[], options: RedisClusterOptions) {
    this.servers = servers;
    this.#options = options;
  }

  /** Resolves once every node knows every slot and every replica is up to date. */
  static async start(options: RedisClusterOptions = {}): Promise<RedisCluster> {
    const { withReplicas = false, password, nodeTimeoutMs = 1_000 } = options;
    const settings = password === undefined ? {} : { password };
    const count = withReplicas ? 2 * MASTERS : MASTERS;
    const starting = Array.from({ length: count }, () =>
      RedisServer.start({ ...settings, cluster: { nodeTimeoutMs } }),
    );
    const outcomes = await Promise.allSettled(starting);
    const cluster = new RedisCluster(
      outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : [])),
      options,
    );
    try {
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
      await cluster.#join();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** `redis+cluster://` with all started nodes, and the password if there is one. */
  get url(): string {
    const { password } = this.#options;
    const userInfo = password === undefined ? '' : `:${encodeURIComponent(password)}@`;
    return `redis+cluster://${userInfo}${this.servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  }

  /** The current master of the key's slot, according to the first node that answers. */
  async masterOf(key: string): Promise<RedisServer> {
    return this.#ask(async (redis) => {
      const slot = await redis.cluster('KEYSLOT', key);
      const range = (await slotRanges(redis)).find(({ first, last }) => slot >= first && slot <= last);
      return this.#serverAt(range?.masterPort);
    });
  }

  /** The replica of this master. */
  async replicaOf(master: RedisServer): Promise<RedisServer> {
    const replicas = await on(master, (redis) => redis.info('replication'));
    return this.#serverAt(Number(/^slave0:ip=[^,]*,port=(\d+)/m.exec(replicas)?.[1]));
  }

  /** Makes the replica the master, in a planned failover that loses nothing. */
  async promote(replica: RedisServer): Promise<void> {
    await on(replica, async (redis) => {
      await redis.cluster('FAILOVER');
      await waitFor(async () => (await redis.info('replication')).includes('role:master'), { what: 'the new master' });
    });
  }

  /**
   * Moves the key's slot with all its keys to another master, like `redis-cli --cluster reshard`.
   * @param halfWay runs when the keys have moved but the slot has not
   */
  async moveSlot(key: string, halfWay: () => Promise<void> = async () => undefined): Promise<void> {
    const from = await this.masterOf(key);
    const masters = (await this.#ask(slotRanges)).map(({ masterPort }) => this.#serverAt(masterPort));
    const to = masters.find((server) => server !== from) as RedisServer;
    const ids = new Map<RedisServer, string>();
    for (const server of [from, to]) ids.set(server, await on(server, (redis) => redis.cluster('MYID')));
    const slot = await on(from, (redis) => redis.cluster('KEYSLOT', key));
    await on(to, (redis) => redis.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', ids.get(from) as string));
    await on(from, async (redis) => {
      await redis.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', ids.get(to) as string);
      for (const moved of (await redis.call('CLUSTER', 'GETKEYSINSLOT', slot, 1_000)) as string[]) {
        await redis.call('MIGRATE', '127.0.0.1', to.port, moved, 0, 5_000);
      }
    });
    await halfWay();
    for (const server of [to, from]) {
      await on(server, (redis) => redis.call('CLUSTER', 'SETSLOT', slot, 'NODE', ids.get(to) as string));
    }
  }

  /** Ends all processes and removes their files. */
  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
  }

  async #join(): Promise<void> {
    const [first, ...others] = this.servers as [RedisServer, ...RedisServer[]];
    const masters = this.servers.slice(0, MASTERS);
    for (const [index, master] of masters.entries()) {
      const range = [Math.ceil((index * SLOTS) / MASTERS), Math.ceil(((index + 1) * SLOTS) / MASTERS) - 1];
      await on(master, async (redis) => {
        await redis.call('CLUSTER', 'ADDSLOTSRANGE', ...range.map(String));
        await redis.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
      });
    }
    await on(first, async (redis) => {
      for (const { port, busPort } of others) await redis.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
    });
    await this.#untilAll(/cluster_state:ok/, new RegExp(`cluster_known_nodes:${this.servers.length}\\b`));
    const replicating = this.servers.slice(MASTERS).map(async (replica, index) => {
      const masterId = await on(masters[index] as RedisServer, (redis) => redis.cluster('MYID'));
      await on(replica, async (redis) => {
        await redis.call('CLUSTER', 'REPLICATE', masterId);
        await waitFor(async () => (await redis.info('replication')).includes('master_link_status:up'));
      });
    });
    await Promise.all(replicating);
    const nodesPerRange = this.servers.length / MASTERS;
    for (const server of this.servers) {
      await on(server, (redis) =>
        waitFor(async () => (await slotRanges(redis)).every(({ nodes }) => nodes === nodesPerRange), {
          what: 'all replicas known',
        }),
      );
    }
  }

  async #untilAll(...patterns: readonly RegExp[]): Promise<void> {
    for (const server of this.servers) {
      await on(server, (redis) =>
        waitFor(async () => {
          const info = String(await redis.cluster('INFO'));
          return patterns.every((pattern) => pattern.test(info));
        }),
      );
    }
  }

  #serverAt(port: number | undefined): RedisServer {
    const server = this.servers.find((each) => each.port === port);
    if (server === undefined) throw new Error(`no server of this cluster listens on port ${port}`);
    return server;
  }

  async #ask<T>(question: (redis: Redis) => Promise<T>): Promise<T> {
    const failures: unknown[] = [];
    for (const server of this.servers) {
      try {
        return await on(server, question);
      } catch (error) {
        failures.push(error);
      }
    }
    throw new AggregateError(failures, 'no node answers');
  }
}

const MASTERS = 3;
const SLOTS = 16_384;

interface SlotRange {
  readonly first: number;
  readonly last: number;
  readonly masterPort: number;
  /** Number of nodes that hold these slots: the master and its replicas. */
  readonly nodes: number;
}

async function slotRanges(redis: Redis): Promise<SlotRange[]> {
  const ranges = await redis.cluster('SLOTS');
  return ranges.map(([first, last, ...nodes]) => ({
    first,
    last,
    masterPort: nodes[0]?.[1] ?? 0,
    nodes: nodes.length,
  }));
}

/** Runs `question` over a connection of its own. */
async function on<T>(server: RedisServer, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(server.url, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: 1_000,
    socketTimeout: 2_000,
    maxRetriesPerRequest: 0,
  });
  // The question's rejection reports the same error.
  redis.on('error', () => undefined);
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}
