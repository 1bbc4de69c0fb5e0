import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { parseRedisUrl, type RedisTarget } from './redis-url.ts';

/** A connection to one server, or to all nodes of a cluster. Both take the same commands. */
export type RedisClient = Redis | Cluster;

/** An address as {@link parseRedisUrl} takes it, or ioredis options for a single server. */
export type RedisAddress = string | RedisOptions;

/** What the caller decides, whatever kind of server is at the other end. */
export interface OpenRedisOptions {
  readonly connectionName: string;
  /**
   * `reject`: a command that finds no connection, or whose connection breaks, is rejected at once and never sent again.
   * `wait`: it waits for the connection and is sent again.
   */
  readonly withoutConnection: 'reject' | 'wait';
  /** Longest pause between two connection attempts; the first ones come sooner. */
  readonly maxRetryDelayMs: number;
  /** How long a command or a connection attempt waits for an answer: a host that vanished never answers. */
  readonly silenceMs: number;
}

/** Opens a connection that reconnects for as long as it lives, to whichever server is the master then. */
export function openRedis(address: RedisAddress, options: OpenRedisOptions): RedisClient {
  if (typeof address !== 'string') return new Redis({ ...address, ...serverOptions(options) });
  const target = parseRedisUrl(address);
  if (target.kind === 'cluster') return openCluster(target, options);
  return new Redis({ ...accessOptions(target), ...placeOptions(target, options), ...serverOptions(options) });
}

/** Opens a connection to one node of the cluster at this address. It does not reconnect. */
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

/** Resolves when the connection has ended, whatever state it was in. */
export async function closeRedis(client: RedisClient): Promise<void> {
  // Between two connection attempts, ioredis only cancels the next one and emits no `end`.
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
    // A replaced master that still runs refuses to write; reconnecting looks up the new one.
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
  // Without ioredis' failoverDetector: during a connection attempt, it ends the connection permanently. Sentinels
  // themselves cut the connections to a master that they replace.
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
    // ioredis learns of moved slots from the node it asks in vain, but a dead node answers nothing.
    slotsRefreshInterval: SLOTS_REFRESH_MS,
    slotsRefreshTimeout: options.silenceMs,
    // Above 0, ioredis would send the command again.
    retryDelayOnFailover: isPatient ? RETRY_MS : 0,
    retryDelayOnClusterDown: isPatient ? RETRY_MS : 0,
    ...(isPatient ? { maxRedirections: MANY_REDIRECTIONS } : {}),
    // No DNS lookup: certificates name the hosts that the nodes announce.
    ...(target.tls ? { dnsLookup: (host, done) => done(null, host) } : {}),
    redisOptions: { ...accessOptions(target), ...nodeOptions },
  });
}

/** Random spread, so that many processes do not all return in the same millisecond. */
function growingDelayMs({ maxRetryDelayMs }: OpenRedisOptions): (attempt: number) => number {
  return (attempt) => Math.min(2 ** attempt * FIRST_RETRY_MS, maxRetryDelayMs) * (0.75 + Math.random() / 4);
}

const FIRST_RETRY_MS = 25;
const SLOTS_REFRESH_MS = 500;
const RETRY_MS = 100;
/** Long enough for any election of a new master: 30 s at `RETRY_MS` each. */
const MANY_REDIRECTIONS = 300;
