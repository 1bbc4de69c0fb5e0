/**
 * The Lua scripts that offer, take, renew and pass on leases. Each is atomic.
 *
 * All take the KEYS of one queue: leases, holders, successors, epochs, costs, loads.
 * ARGV[1] is always how long a lock lasts, ms. docs/leases.md describes what each key holds.
 */
import { createHash } from 'node:crypto';

export interface LeaseScript {
  readonly lua: string;
  /** Name under which Redis caches the script, for EVALSHA. */
  readonly sha1: string;
}

/**
 * A lease's score is the expiry of its lock, ms by Redis' clock, or negative while nobody holds it: the lower, the longer it has waited.
 * A worker holds a camera while `holders` has its token and the lock has not expired. A camera whose lock has expired is free.
 */
const PRELUDE = `
local leases, holders, successors, epochs, costs, loads = unpack(KEYS)
local lockMs = tonumber(ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- The score of a free camera is the time it became free minus this.
local FREE = 1e13

local function whole(number) return string.format('%.0f', number) end

local function expiryOf(camera)
  return tonumber(redis.call('ZSCORE', leases, camera))
end

local function holds(camera, token)
  return redis.call('HGET', holders, camera) == token and (expiryOf(camera) or 0) > now
end

local function hold(camera, token)
  redis.call('HSET', holders, camera, token)
  redis.call('ZADD', leases, whole(now + lockMs), camera)
  redis.call('HDEL', successors, camera)
end

-- \`successors\` holds expiry and token. An expiry more than a lock away was written before Redis' clock was set back.
local function successorOf(camera)
  local expiry, token = string.match(redis.call('HGET', successors, camera) or '', '^(%d+) (.*)$')
  if expiry and tonumber(expiry) > now and tonumber(expiry) <= now + lockMs then return token end
end

local function succeed(camera, token)
  redis.call('HSET', successors, camera, whole(now + lockMs) .. ' ' .. token)
end

-- Higher than every earlier epoch, even if Redis lost the counter or a replica became master without the last grants: an epoch
-- is at least the Unix time in seconds, and time has passed in the loss.
local function nextEpoch(camera)
  local epoch = math.max(tonumber(redis.call('HGET', epochs, camera) or 0) + 1, tonumber(time[1]))
  redis.call('HSET', epochs, camera, whole(epoch))
  return epoch
end

local function grant(camera)
  return { camera, nextEpoch(camera), redis.call('HGET', costs, camera) or '' }
end

local function free(camera)
  redis.call('HDEL', holders, camera)
  redis.call('HDEL', successors, camera)
  redis.call('ZADD', leases, whole(now - FREE), camera)
end
`;

function script(steps: string): LeaseScript {
  const lua = PRELUDE + steps;
  return { lua, sha1: createHash('sha1').update(lua).digest('hex') };
}

/** ARGV: lock ms, channel of free leases, camera ids. Returns how many cameras were added. */
export const OFFER = script(`local added = 0
for i = 3, #ARGV do
  if not expiryOf(ARGV[i]) then
    free(ARGV[i])
    added = added + 1
  end
end
if added > 0 then redis.call('PUBLISH', ARGV[2], added) end
return added`);

/** ARGV: lock ms, channel of withdrawn leases, camera id. */
export const WITHDRAW = script(`redis.call('HDEL', holders, ARGV[3])
redis.call('HDEL', successors, ARGV[3])
if redis.call('ZREM', leases, ARGV[3]) == 1 then redis.call('PUBLISH', ARGV[2], ARGV[3]) end
return 0`);

/**
 * ARGV: lock ms, token, most cameras to take. Returns camera id, epoch, and cost or an empty string, for each camera taken. A camera
 * whose lock has expired goes to its successor if it has one.
 */
export const TAKE = script(`local taken = {}
while #taken < tonumber(ARGV[3]) do
  local camera = redis.call('ZRANGEBYSCORE', leases, '-inf', whole(now), 'LIMIT', 0, 1)[1]
  if not camera then break end
  local successor = successorOf(camera)
  hold(camera, successor or ARGV[2])
  if not successor then taken[#taken + 1] = grant(camera) end
end
return taken`);

/**
 * ARGV: lock ms, worker id, its line of the load board, lifetime of the line in ms, sync interval in ms, number of leases held, number of
 * successions; then camera id and token of each lease, then of each succession; then camera id and cost of each new cost.
 *
 * Returns how many cameras wait, how many of them longer than a sync interval, ms until the next lock expires or -1, the camera ids that are
 * lost, withdrawn, and passed to this worker as their successor, and id and line of each living worker alternately.
 *
 * If Redis' clock was set back, e.g. by a restart on another host, earlier locks would last too long by the difference. They are cut to one
 * lock duration, in which a living holder renews.
 */
export const SYNC = script(`local latest = whole(now + lockMs)
for _, camera in ipairs(redis.call('ZRANGEBYSCORE', leases, '(' .. latest, '+inf')) do
  redis.call('ZADD', leases, latest, camera)
end

local lost, withdrawn, passed = {}, {}, {}
local function lose(camera)
  -- A withdrawn camera still has an epoch. After a loss of data there is none.
  local isWithdrawn = not expiryOf(camera) and redis.call('HEXISTS', epochs, camera) == 1
  local list = isWithdrawn and withdrawn or lost
  list[#list + 1] = camera
end
local at = 8
for _ = 1, tonumber(ARGV[6]) do
  local camera, token = ARGV[at], ARGV[at + 1]
  if holds(camera, token) then redis.call('ZADD', leases, latest, camera) else lose(camera) end
  at = at + 2
end
for _ = 1, tonumber(ARGV[7]) do
  local camera, token = ARGV[at], ARGV[at + 1]
  local isHolder = holds(camera, token)
  -- Someone may have deleted the camera by hand in redis-cli.
  local isSuccessor = not isHolder and expiryOf(camera) and successorOf(camera) == token
  if isHolder or (isSuccessor and expiryOf(camera) <= now) then
    hold(camera, token)
    passed[#passed + 1] = camera
  elseif isSuccessor then
    succeed(camera, token)
  else
    lose(camera)
  end
  at = at + 2
end
for i = at, #ARGV, 2 do redis.call('HSET', costs, ARGV[i], ARGV[i + 1]) end

redis.call('HSET', loads, ARGV[2], whole(now + ARGV[4]) .. ' ' .. ARGV[3])
local board = redis.call('HGETALL', loads)
local living = {}
for i = 1, #board, 2 do
  local expiry, line = string.match(board[i + 1], '^(%d+) (.*)$')
  if expiry and tonumber(expiry) > now and tonumber(expiry) <= now + 2 * ARGV[4] then
    living[#living + 1] = board[i]
    living[#living + 1] = line
  else
    redis.call('HDEL', loads, board[i])
  end
end

local next = redis.call('ZRANGEBYSCORE', leases, '(' .. whole(now), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)[2]
local waiting = redis.call('ZCOUNT', leases, '-inf', whole(now))
local long = now - ARGV[5]
local leftOver = redis.call('ZCOUNT', leases, '-inf', whole(long - FREE)) + redis.call('ZCOUNT', leases, 0, whole(long))
return { waiting, leftOver, next and tonumber(next) - now or -1, lost, withdrawn, passed, living }`);

/** ARGV: lock ms, camera id, holder's token, successor's token. Returns a grant as TAKE does; an empty array if refused. */
export const BEGIN_SUCCESSION = script(`if not holds(ARGV[2], ARGV[3]) or successorOf(ARGV[2]) then return {} end
succeed(ARGV[2], ARGV[4])
return grant(ARGV[2])`);

/** ARGV: lock ms, camera id, successor's token. */
export const CANCEL_SUCCESSION =
  script(`if successorOf(ARGV[2]) == ARGV[3] then redis.call('HDEL', successors, ARGV[2]) end
return 0`);

/**
 * ARGV: lock ms, channel of free leases, camera id, token, what happens without a successor. Returns the token of the successor that now
 * holds the camera, or an empty string. Given a successor's token, ends the succession.
 */
export const RELEASE = script(`local camera = ARGV[3]
if not holds(camera, ARGV[4]) then
  if successorOf(camera) == ARGV[4] then redis.call('HDEL', successors, camera) end
  return ''
end
local successor = successorOf(camera)
if successor then
  hold(camera, successor)
  return successor
end
if ARGV[5] == 'free' then
  free(camera)
  redis.call('PUBLISH', ARGV[2], 1)
elseif ARGV[5] == 'remove' then
  redis.call('HDEL', holders, camera)
  redis.call('HDEL', successors, camera)
  redis.call('ZREM', leases, camera)
end
return ''`);
