import { Redis, type RedisOptions } from 'ioredis';

/** `redis://[[user]:password@]host[:port][/database]`, `rediss://` for TLS; or what ioredis takes, for Sentinel. */
export type RedisAddress = string | RedisOptions;

/**
 * Opens a connection that reconnects for as long as it lives, and that never repeats a command by itself: an XADD that was
 * sent again after a broken connection would be refused for its id, or show a picture late.
 */
export function openRedisConnection(address: RedisAddress, connectionName: string): Redis {
  const options: RedisOptions = {
    connectionName,
    // Commands in flight when the connection breaks are rejected at once, not kept for the next connection.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempt) => Math.min(2 ** attempt * FIRST_RETRY_MS, LAST_RETRY_MS) * (0.75 + Math.random() / 4),
    // A host that vanished answers nothing, not even that the connection is gone.
    socketTimeout: SILENCE_MS,
    connectTimeout: SILENCE_MS,
  };
  return typeof address === 'string' ? new Redis(address, options) : new Redis({ ...address, ...options });
}

const FIRST_RETRY_MS = 25;
const LAST_RETRY_MS = 1_000;
/** Longest time that a command waits for an answer; above the blocking time of a read. */
const SILENCE_MS = 5_000;
