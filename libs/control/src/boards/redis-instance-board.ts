import { controlError } from '../control-error.ts';
import { controlKeys } from '../keys.ts';
import type { ControlConnection } from '../redis/control-connection.ts';
import { parseJsonWith } from '../redis/parse-json-with.ts';
import type { Instance, InstanceBoard } from './instance-board.ts';

/**
 * Stores one field per instance in one hash: `<expiry, ms by Redis' clock>\n<JSON>`. An expiry more than two lifetimes away was written
 * before that clock was set back, and counts as expired.
 */
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
      .eval(ALL_SCRIPT, 1, controlKeys.instances, LIFETIME_MS, MAX_ENTRY_BYTES, MAX_INSTANCES)
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
const HEARTBEAT_SCRIPT = `
local time = redis.call('TIME')
local expiry = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3]
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', expiry) .. '\\n' .. ARGV[2])
return 1`;

/**
 * KEYS: instance hash. ARGV: lifetime ms, most bytes per entry, most instances. Returns the JSON of each live instance. Removes
 * expired entries, and too long ones unread. Removes all when there are too many: live instances write theirs again within a
 * second.
 */
const ALL_SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[3]) then redis.call('DEL', KEYS[1]) end
local living = {}
for _, id in ipairs(redis.call('HKEYS', KEYS[1])) do
  local isShort = redis.call('HSTRLEN', KEYS[1], id) <= tonumber(ARGV[2])
  local entry = isShort and redis.call('HGET', KEYS[1], id) or ''
  local expiry, json = string.match(entry, '^(%d+)\\n(.*)$')
  local lives = expiry and tonumber(expiry) > now and tonumber(expiry) <= now + 2 * ARGV[1]
  if lives then living[#living + 1] = json else redis.call('HDEL', KEYS[1], id) end
end
return living`;
