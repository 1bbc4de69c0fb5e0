import { type OpenRedisOptions, openClusterNode, type RedisAddress } from '@oriel/redis-connection';
import type { Cluster, Redis } from 'ioredis';
import { MediaBusError } from './media-bus-error.ts';

/** The way to the streams of one group: a connection that blocked reads have for themselves, and one that can interrupt them. */
export interface StreamConnection {
  /** Asked before each read. @throws MediaBusError `disconnected` while nobody knows which server has the streams. */
  current(): Promise<ReaderConnections>;
  /** @returns whether a read that is under way ends by that */
  close(): boolean;
}

export interface ReaderConnections {
  readonly reader: Redis;
  readonly interrupter: Redis;
}

/** To a single server: one connection that reconnects by itself. */
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
    // Between two attempts to connect, ioredis forgets its commands instead of rejecting them.
    const isBetweenAttempts = reader.status === 'reconnecting';
    reader.disconnect();
    return !isBetweenAttempts;
  }
}

export interface ClusterStreamConnectionDeps {
  /** Knows which node has which slot, and learns of changes. */
  readonly cluster: Cluster;
  readonly address: RedisAddress;
  /** Any of the group: all have the same hash tag, and so the same slot. */
  readonly key: string;
  readonly options: OpenRedisOptions;
}

/**
 * To the node of a Redis Cluster that is the master of the streams' slot now. A node serves one blocked read a connection, and no read of
 * two slots, so each group has a connection of its own; it moves with the slot.
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
    // The cluster's own connection to this node reports the same.
    reader.on('error', () => undefined);
    return reader;
  }
}

/** ioredis names a node `host:port`, IPv6 addresses without brackets. */
function isAt(nodeKey: string): (node: Redis) => boolean {
  return ({ options: { host, port } }) => `${host}:${port}` === nodeKey;
}
