import { controlError } from '../control-error.ts';
import { controlKeys } from '../keys.ts';
import type { ControlConnection } from '../redis/control-connection.ts';
import { parseJsonWith } from '../redis/parse-json-with.ts';
import { CURRENT_VALUES_SCRIPT, EXPIRING_ENTRIES } from './expiring-entries.ts';
import type { Instance, InstanceBoard } from './instance-board.ts';

/** Stores one expiring field per instance in one hash (see `expiring-entries.ts`): its JSON. */
export class RedisInstanceBoard implements InstanceBoard {
  readonly #connection: ControlConnection;

  constructor(connection: ControlConnection) {
    this.#connection = connection;
  }

  async heartbeat(instance: Instance): Promise<void> {
    await this.#connection.commands
      .eval(HEARTBEAT_SCRIPT, 1, controlKeys.instances, instance.id, JSON.stringify(instance), LIFETIME_MS)
      .catch((error: unknown) => Promise.reject(controlError(error)));
  }

  async remove(instanceId: string): Promise<void> {
    await this.#connection.commands
      .hdel(controlKeys.instances, instanceId)
      .catch((error: unknown) => Promise.reject(controlError(error)));
  }

  async all(): Promise<readonly Instance[]> {
    const jsons = (await this.#connection.commands
      .eval(CURRENT_VALUES_SCRIPT, 1, controlKeys.instances, LIFETIME_MS, MAX_ENTRY_BYTES, MAX_INSTANCES)
      .catch((error: unknown) => Promise.reject(controlError(error)))) as string[];
    const instances = jsons.map((json) => parseJsonWith<Instance>(json, ['id', 'service', 'startedAtMs']));
    return instances.filter((instance) => instance !== undefined).sort((a, b) => a.startedAtMs - b.startedAtMs);
  }
}

/** A live instance may lose two heartbeats before it disappears. */
const LIFETIME_MS = 3_000;
/** The ids of 1,000 cameras take 64 KiB, and `pictures` repeats those with a problem. */
const MAX_ENTRY_BYTES = 256 * 1024;
/** Far more than one control Redis can serve. Any more cannot be real instances. */
const MAX_INSTANCES = 5_000;

/** KEYS: instance hash. ARGV: instance id, JSON, lifetime ms. */
const HEARTBEAT_SCRIPT = `${EXPIRING_ENTRIES}
redis.call('HSET', KEYS[1], ARGV[1], expiringEntry(ARGV[2], ARGV[3]))
return 1`;
