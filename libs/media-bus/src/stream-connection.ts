import { type OpenRedisOptions, openClusterNode, type RedisAddress } from '@oriel/redis-connection';
import type { Cluster, Redis } from 'ioredis';
import { MediaBusError } from './media-bus-error.ts';

/** Connections to the streams of one group: one for blocking reads alone, and one that can interrupt them. */
export interface StreamConnection {
  /** Call before each read. @throws MediaBusError `disconnected` while it is unknown which server holds the streams */
  current(): Promise<ReaderConnections>;
  /** @returns whether closing ends a running read */
  close(): boolean;
}

export interface ReaderConnections {
  readonly reader: Redis;
  readonly interrupter: Redis;
}

/** Connection to a single server; it reconnects on its own. */
export class ServerStreamConnection implements StreamConnection {
  readonly #connections: ReaderConnections;

  constructor(connections: ReaderConnections) {
    this.#connections = connections;
  }

  current(): Promise<ReaderConnections> {
    return Promise.resolve(this.#connections);
  }

  close(): boolean {
    const { reader } = this.#connections;
    // Between two connection attempts, ioredis forgets its commands instead of rejecting them.
    const isBetweenAttempts = reader.status === 'reconnecting';
    reader.disconnect();
    return !isBetweenAttempts;
  }
}

export interface ClusterStreamConnectionDeps {
  /** Knows which node holds which slot, and learns of changes. */
  readonly cluster: Cluster;
  readonly address: RedisAddress;
  /** Any key of the group: all share a hash tag, and so a slot. */
  readonly key: string;
  readonly options: OpenRedisOptions;
}

/**
 * Connection to the Redis Cluster node that is currently the master of the streams' slot. A node serves one blocked
 * read per connection and no read across slots, so each group has its own connection, which moves with the slot.
 */
export class ClusterStreamConnection implements StreamConnection {
  readonly #deps: ClusterStreamConnectionDeps;
  #slot: number | undefined;
  #nodeKey: string | undefined;
  #reader: Redis | undefined;

  constructor(deps: ClusterStreamConnectionDeps) {
    this.#deps = deps;
  }

  async current(): Promise<ReaderConnections> {
    const { cluster, key } = this.#deps;
    this.#slot ??= await cluster.cluster('KEYSLOT', key);
    const nodeKey = cluster.slots[this.#slot]?.[0];
    const interrupter = nodeKey === undefined ? undefined : cluster.nodes('master').find(isAt(nodeKey));
    if (nodeKey === undefined || interrupter === undefined) {
      throw new MediaBusError('disconnected', 'no node of the Redis Cluster (media) is known to have the stream');
    }
    if (this.#reader === undefined || this.#reader.status === 'end' || this.#nodeKey !== nodeKey) {
      this.#reader?.disconnect();
      this.#nodeKey = nodeKey;
      this.#reader = this.#open(interrupter);
    }
    return { reader: this.#reader, interrupter };
  }

  close(): boolean {
    this.#reader?.disconnect();
    return true;
  }

  #open({ options: { host = '127.0.0.1', port = 6379 } }: Redis): Redis {
    const { address, options } = this.#deps;
    const reader = openClusterNode(String(address), { host, port }, options);
    // The cluster's own connection to this node reports the same error.
    reader.on('error', () => undefined);
    return reader;
  }
}

/** ioredis names a node `host:port`, with IPv6 addresses unbracketed. */
function isAt(nodeKey: string): (node: Redis) => boolean {
  return ({ options: { host, port } }) => `${host}:${port}` === nodeKey;
}
