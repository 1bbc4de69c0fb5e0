import {
  closeRedis,
  type OpenRedisOptions,
  openRedis,
  type RedisAddress,
  type RedisClient,
} from '@oriel/redis-connection';
import { type ControlError, controlError } from '../control-error.ts';
import { controlKeys } from '../keys.ts';

export interface ControlConnectionOptions {
  readonly redis: RedisAddress;
  /** Receives errors that no caller is waiting for. Messages contain no secret. */
  readonly onError?: (error: ControlError) => void;
}

/**
 * A process's connection to the control Redis: one for commands, and one for messages, opened with the first subscription. On Redis Cluster
 * each connects to every node; all keys are on one of them.
 */
export class ControlConnection {
  readonly commands: RedisClient;
  readonly #options: ControlConnectionOptions;
  readonly #listeners = new Map<string, Set<(message: string) => void>>();
  #subscriber: RedisClient | undefined;

  constructor(options: ControlConnectionOptions) {
    this.#options = options;
    // Rejects commands at once while Redis is away, instead of letting callers wait.
    this.commands = this.#open('oriel-control', 'reject');
  }

  /** Reports an error that no caller is waiting for. */
  report(error: unknown): void {
    this.#options.onError?.(controlError(error));
  }

  /** Rejects unless the server that holds the control keys answers. */
  async ping(): Promise<void> {
    await this.commands.exists(controlKeys.clock);
  }

  /** Resolves once subscribed. Resubscribes after a lost connection; messages sent meanwhile are missed. @returns unsubscribes */
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
      // No listener is left, so there is no need to wait until Redis returns to unsubscribe.
      if (!isAway) await unsubscribed;
    };
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    const open = [this.commands, ...(this.#subscriber ? [this.#subscriber] : [])];
    await Promise.all(open.map(closeRedis));
  }

  #openSubscriber(): RedisClient {
    if (this.#subscriber === undefined) {
      // Its commands wait for Redis, so that subscriptions made during a restart take effect after it.
      this.#subscriber = this.#open('oriel-control-subscriber', 'wait');
      this.#subscriber.on('message', (channel, message) => {
        for (const listener of this.#listeners.get(channel) ?? []) listener(message);
      });
    }
    return this.#subscriber;
  }

  #open(connectionName: string, withoutConnection: OpenRedisOptions['withoutConnection']): RedisClient {
    const connection = openRedis(this.#options.redis, {
      connectionName,
      withoutConnection,
      maxRetryDelayMs: MAX_RETRY_DELAY_MS,
      silenceMs: SILENCE_MS,
    });
    connection.on('error', (error) => this.report(error));
    return connection;
  }
}

/** Leases survive 1.3 s without Redis: when it returns sooner, the wait for the next attempt must not cost them. */
const MAX_RETRY_DELAY_MS = 200;
/** Longer than any command used here keeps Redis busy. */
const SILENCE_MS = 5_000;
