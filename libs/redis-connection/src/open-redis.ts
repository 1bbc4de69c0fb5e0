import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { parseRedisUrl, type RedisTarget } from './redis-url.ts';

/** A connection to one server, or to all nodes of a cluster. The commands are the same. */
export type RedisClient = Redis | Cluster;

/** An address as {@link parseRedisUrl} takes it, or what ioredis takes for a single server. */
export type RedisAddress = string | RedisOptions;

/** What the user of a connection decides; the same whatever is at the other end. */
export interface OpenRedisOptions {
  readonly connectionName: string;
  /**
   * `reject`: a command that finds no connection, or whose connection breaks, is rejected at once and never sent again.
   * `wait`: it waits for the connection and is sent again.
   */
  readonly withoutConnection: 'reject' | 'wait';
  /** Longest pause between two attempts to connect; the first ones come sooner. */
  readonly maxRetryDelayMs: number;
  /** Longest that a command, or an attempt to connect, waits for an answer: a host that vanished answers nothing. */
  readonly silenceMs: number;
}

/** Opens a connection that reconnects for as long as it lives, to whatever server is the master then. */
export function openRedis(address: RedisAddress, options: OpenRedisOptions): RedisClient {
  if (typeof address !== 'string') return new Redis({ ...address, ...serverOptions(options) });
  const target = parseRedisUrl(address);
  if (target.kind === 'cluster') return openCluster(target, options);
  return new Redis({ ...accessOptions(target), ...placeOptions(target, options), ...serverOptions(options) });
}

/** Opens a connection to one node of the cluster at this address; it does not reconnect. */
export function openClusterNode(
  address: string,
  node: { host: string; port: number },
  options: OpenRedisOptions,
): Redis {
  return new Redis({
    ...accessOptions(parseRedisUrl(address)),
    ...serverOptions(options),
    ...node,
    retryStrategy: () => null,
  });
}

export function isCluster(client: RedisClient): client is Cluster {
  return client.isCluster;
}

/** Resolves when the connection has ended, whatever it was doing. */
export async function closeRedis(client: RedisClient): Promise<void> {
  // Between two attempts to connect, ioredis only gives up the next one, and says nothing.
  if (client.status === 'end' || client.status === 'reconnecting') return client.disconnect();
  const ended = new Promise((resolve) => client.once('end', resolve));
  client.disconnect();
  await ended;
}

function serverOptions(options: OpenRedisOptions): RedisOptions {
  const { connectionName, withoutConnection, silenceMs } = options;
  return {
    connectionName,
    maxRetriesPerRequest: withoutConnection === 'reject' ? 0 : null,
    autoResendUnfulfilledCommands: withoutConnection === 'wait',
    retryStrategy: growingDelayMs(options),
    // A master that was replaced and is still there refuses to write: the new one is looked up.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
    socketTimeout: silenceMs,
    connectTimeout: silenceMs,
  };
}

function accessOptions({ username, password, tls }: RedisTarget): RedisOptions {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
  };
}

function placeOptions(target: Exclude<RedisTarget, { kind: 'cluster' }>, options: OpenRedisOptions): RedisOptions {
  if (target.kind === 'server') return { ...target.node, db: target.database };
  // Without ioredis' failoverDetector: while a connection is being made, it ends it for good. Sentinels themselves cut the connections to
  // a master that they replace.
  return {
    sentinels: [...target.nodes],
    name: target.masterName,
    db: target.database,
    ...(target.sentinelPassword === undefined ? {} : { sentinelPassword: target.sentinelPassword }),
    ...(target.tls ? { enableTLSForSentinelMode: true } : {}),
    sentinelRetryStrategy: growingDelayMs(options),
    connectTimeout: options.silenceMs,
  };
}

function openCluster(target: RedisTarget & { kind: 'cluster' }, options: OpenRedisOptions): Cluster {
  const { retryStrategy: _, ...nodeOptions } = serverOptions(options);
  const isPatient = options.withoutConnection === 'wait';
  return new Cluster([...target.nodes], {
    clusterRetryStrategy: growingDelayMs(options),
    enableOfflineQueue: true,
    // Who serves which slot is told by the node that is asked in vain; a dead node tells nothing.
    slotsRefreshInterval: SLOTS_REFRESH_MS,
    slotsRefreshTimeout: options.silenceMs,
    // Above 0, a command would be sent again by itself.
    retryDelayOnFailover: isPatient ? RETRY_MS : 0,
    retryDelayOnClusterDown: isPatient ? RETRY_MS : 0,
    ...(isPatient ? { maxRedirections: MANY_REDIRECTIONS } : {}),
    // As they are: certificates name the hosts that the nodes announce.
    ...(target.tls ? { dnsLookup: (host, done) => done(null, host) } : {}),
    redisOptions: { ...accessOptions(target), ...nodeOptions },
  });
}

/** Spread, so that many processes do not all come back in the same millisecond. */
function growingDelayMs({ maxRetryDelayMs }: OpenRedisOptions): (attempt: number) => number {
  return (attempt) => Math.min(2 ** attempt * FIRST_RETRY_MS, maxRetryDelayMs) * (0.75 + Math.random() / 4);
}

const FIRST_RETRY_MS = 25;
const SLOTS_REFRESH_MS = 500;
const RETRY_MS = 100;
/** Long enough for any election of a new master. */
const MANY_REDIRECTIONS = 300;
