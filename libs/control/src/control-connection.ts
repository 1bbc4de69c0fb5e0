import { Redis, type RedisOptions } from 'ioredis';
import { type ControlError, controlError } from './control-error.ts';

/** `redis://[[user]:password@]host[:port][/database]`, `rediss://` for TLS; or what ioredis takes, for Sentinel. */
export type RedisAddress = string | RedisOptions;

export interface ControlConnectionOptions {
  readonly redis: RedisAddress;
  /** Told of errors that no caller is waiting for. Messages hold no secret. */
  readonly onError?: (error: ControlError) => void;
}

/** A process' way to the control Redis: one connection for commands, and one that listens once somebody subscribes. */
export class ControlConnection {
  readonly commands: Redis;
  readonly #options: ControlConnectionOptions;
  readonly #listeners = new Map<string, Set<(message: string) => void>>();
  #subscriber: Redis | undefined;

  constructor(options: ControlConnectionOptions) {
    this.#options = options;
    // Who asks is told within a retry that Redis is away, instead of waiting with it.
    this.commands = this.#open({ connectionName: 'oriel-control', maxRetriesPerRequest: 0 });
  }

  /** Reports an error that no caller is waiting for. */
  report(error: unknown): void {
    this.#options.onError?.(controlError(error));
  }

  /** Resolves once the subscription stands; it is renewed by itself after a lost connection, and what came meanwhile is missed. */
  async subscribe(channel: string, onMessage: (message: string) => void): Promise<() => Promise<void>> {
    const subscriber = this.#openSubscriber();
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners);
    const listener = (message: string): void => onMessage(message);
    listeners.add(listener);
    await subscriber.subscribe(channel).catch((error: unknown) => {
      listeners.delete(listener);
      throw controlError(error);
    });
    return async () => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.#listeners.get(channel) !== listeners) return;
      this.#listeners.delete(channel);
      const isAway = subscriber.status !== 'ready';
      const unsubscribed = subscriber.unsubscribe(channel).catch((error: unknown) => this.report(error));
      // Nobody listens any more; that Redis still has to be told so is no reason to wait for its return.
      if (!isAway) await unsubscribed;
    };
  }

  /** For BullMQ, which wants its commands to wait for Redis. The caller closes it. */
  openForBullMq(connectionName: string): Redis {
    return this.#open({ connectionName, maxRetriesPerRequest: null });
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    const open = [this.commands, ...(this.#subscriber ? [this.#subscriber] : [])];
    await Promise.all(open.map(closeRedis));
  }

  #openSubscriber(): Redis {
    if (this.#subscriber === undefined) {
      // Its commands wait for Redis: a subscription asked for during a restart stands after it.
      this.#subscriber = this.#open({ connectionName: 'oriel-control-subscriber', maxRetriesPerRequest: null });
      this.#subscriber.on('message', (channel, message) => {
        for (const listener of this.#listeners.get(channel) ?? []) listener(message);
      });
    }
    return this.#subscriber;
  }

  #open(options: RedisOptions): Redis {
    const { redis } = this.#options;
    const all: RedisOptions = {
      ...options,
      retryStrategy: (attempt) => Math.min(2 ** attempt * FIRST_RETRY_MS, LAST_RETRY_MS) * (0.75 + Math.random() / 4),
      // A host that vanished answers nothing, not even that the connection is gone.
      socketTimeout: SILENCE_MS,
      connectTimeout: SILENCE_MS,
    };
    const connection = typeof redis === 'string' ? new Redis(redis, all) : new Redis({ ...redis, ...all });
    connection.on('error', (error) => this.report(error));
    return connection;
  }
}

/** Resolves when the connection has ended, whatever it was doing. */
export async function closeRedis(connection: Redis): Promise<void> {
  // Between two attempts to connect, ioredis only gives up the next one, and says nothing.
  if (connection.status === 'end' || connection.status === 'reconnecting') return connection.disconnect();
  const ended = new Promise((resolve) => connection.once('end', resolve));
  connection.disconnect();
  await ended;
}

const FIRST_RETRY_MS = 25;
const LAST_RETRY_MS = 500;
/** Longest time that a command waits for an answer; above BullMQ's blocking time. */
const SILENCE_MS = 5_000;
