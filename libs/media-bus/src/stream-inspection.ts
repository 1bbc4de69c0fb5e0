/**
 * Scripts that find the end of a stream. XADD compares with the last generated id, which may belong to a deleted entry.
 */
import type { RedisClient } from '@oriel/redis-connection';
import { AFTER_ALL, BEFORE_ALL, type EntryId, parseEntryId } from './entry-id.ts';

/**
 * End of each stream; no reader's position can rightly be above it. {@link BEFORE_ALL} for a missing key, {@link
 * AFTER_ALL} for an id that this bus never makes, `not-a-stream` for a key that holds something else.
 */
export async function streamEnds(
  redis: RedisClient,
  keys: readonly string[],
): Promise<readonly (EntryId | 'not-a-stream')[]> {
  const ids = (await redis.eval(ENDS_SCRIPT, keys.length, ...keys)) as readonly (string | null)[];
  return ids.map((id) => {
    if (id === null) return 'not-a-stream';
    return id === '' ? BEFORE_ALL : (parseEntryId(id) ?? AFTER_ALL);
  });
}

/** The id that the next entry must exceed; for a key that holds no stream its type, e.g. `string`. */
export async function obstacleIn(redis: RedisClient, key: string): Promise<string> {
  return (await redis.eval(OBSTACLE_SCRIPT, 1, key)) as string;
}

export interface Clearing {
  readonly streamKey: string;
  readonly pointerKey: string;
  /** What {@link obstacleIn} found. If it has changed since, nothing is removed. */
  readonly obstacle: string;
  /** Highest entry id that may stay. */
  readonly keepUpTo: string;
  readonly lifetimeMs: number;
}

/**
 * Removes the obstacle by deleting the stream, since Redis cannot set a stream back. Then restores the latest GOP of
 * the legitimate publisher, which readers need to join.
 * @returns whether the obstacle was still there
 */
export async function clearStream(redis: RedisClient, clearing: Clearing): Promise<boolean> {
  const { streamKey, pointerKey, obstacle, keepUpTo, lifetimeMs } = clearing;
  return (await redis.eval(CLEAR_SCRIPT, 2, streamKey, pointerKey, obstacle, keepUpTo, lifetimeMs)) === 1;
}

/** Lua: the end of a stream and true, or the key's type and false. */
const FIND_END = `
local function findEnd(key)
  local kind = redis.call('TYPE', key).ok
  if kind ~= 'stream' then return kind, false end
  local info = redis.call('XINFO', 'STREAM', key)
  for index = 1, #info, 2 do
    if info[index] == 'last-generated-id' then return info[index + 1], true end
  end
end`;

/** KEYS: streams. Returns the end of each: empty if missing, false if it is something else. */
const ENDS_SCRIPT = `${FIND_END}
local ends = {}
for index, key in ipairs(KEYS) do
  local found, isStream = findEnd(key)
  if isStream then ends[index] = found
  elseif found == 'none' then ends[index] = ''
  else ends[index] = false end
end
return ends`;

/** KEYS: stream. */
const OBSTACLE_SCRIPT = `${FIND_END}
return (findEnd(KEYS[1]))`;

/** KEYS: stream, pointer. ARGV: obstacle; highest id to keep; lifetime in ms of both keys. */
const CLEAR_SCRIPT = `${FIND_END}
local found, isStream = findEnd(KEYS[1])
if found ~= ARGV[1] then return 0 end
local kept = {}
if isStream and redis.call('TYPE', KEYS[2]).ok == 'string' then
  local from = redis.call('GET', KEYS[2])
  kept = redis.pcall('XRANGE', KEYS[1], from, ARGV[2])
  if kept.err or kept[1] == nil or kept[1][1] ~= from then kept = {} end
end
redis.call('UNLINK', KEYS[1])
if #kept == 0 then redis.call('UNLINK', KEYS[2]) end
for _, entry in ipairs(kept) do
  if #entry[2] == 2 then redis.call('XADD', KEYS[1], entry[1], entry[2][1], entry[2][2]) end
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`;
