/**
 * The Lua scripts by which leases are offered, taken, kept and passed on. Each runs at one moment for everybody.
 *
 * All have the same KEYS, those of one queue: leases, holders, successors, epochs, costs, loads; and
 * ARGV[1] is the time that a lock lasts, ms. docs/leases.md says what each key holds.
 */
import { createHash } from 'node:crypto';

export interface LeaseScript {
  readonly lua: string;
  /** What Redis knows a script by that it has run before. */
  readonly sha1: string;
}

/**
 * A lease's score is when its lock runs out, ms by Redis' clock, or below 0 while nobody holds it: the lower, the longer it waits.
 * Whoever took a camera holds it while its token is in `holders` and its lock runs. A lock that has run out is free like any other.
 */
const PRELUDE = `
local leases, holders, successors, epochs, costs, loads = unpack(KEYS)
local lockMs = tonumber(ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- A camera that nobody holds is free since its score plus this.
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

-- In \`successors\`: expiry and token. An expiry further away than a lock lasts was written before Redis' clock was set back.
local function successorOf(camera)
  local expiry, token = string.match(redis.call('HGET', successors, camera) or '', '^(%d+) (.*)$')
  if expiry and tonumber(expiry) > now and tonumber(expiry) <= now + lockMs then return token end
end

local function succeed(camera, token)
  redis.call('HSET', successors, camera, whole(now + lockMs) .. ' ' .. token)
end

-- Above every earlier one, also where Redis has lost the counter, or a replica has become the master before it had the last
-- grants: never below the time in seconds, and the loss has taken some of that.
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

/** ARGV: lock ms, channel of free leases, camera ids. Returns how many of them are new. */
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
 * ARGV: lock ms, token, most. Returns camera id, epoch, and cost or an empty string, for each camera taken. Where a holder's lock has run out its
 * successor comes first.
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
 * ARGV: lock ms, worker id, its line of the load board, ms that the line lives, ms of a sync interval, number of leases held, number of successions; then
 * camera id and token of each of both; then camera id and cost of each cost that is new. Returns how many cameras wait, how many of them longer than a sync
 * interval, ms until the next lock runs out or -1,
 * camera ids lost, withdrawn, and passed to this worker as their successor, and id and line of each living worker in turn.
 *
 * Where Redis' clock was set back, as when it has started on another host, locks from before would last longer by the time that is missing,
 * whoever held them: they get what a lock lasts, in which a living holder renews them.
 */
export const SYNC = script(`local latest = whole(now + lockMs)
for _, camera in ipairs(redis.call('ZRANGEBYSCORE', leases, '(' .. latest, '+inf')) do
  redis.call('ZADD', leases, latest, camera)
end

local lost, withdrawn, passed = {}, {}, {}
local function lose(camera)
  -- A withdrawn camera has an epoch; after a loss of data it has none.
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
  -- Somebody may have removed the camera at a Redis prompt.
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

/** ARGV: lock ms, camera id, holder's token, successor's token. Returns the grant as TAKE does; nothing where there is none. */
export const BEGIN_SUCCESSION = script(`if not holds(ARGV[2], ARGV[3]) or successorOf(ARGV[2]) then return {} end
succeed(ARGV[2], ARGV[4])
return grant(ARGV[2])`);

/** ARGV: lock ms, camera id, successor's token. */
export const CANCEL_SUCCESSION =
  script(`if successorOf(ARGV[2]) == ARGV[3] then redis.call('HDEL', successors, ARGV[2]) end
return 0`);

/**
 * ARGV: lock ms, channel of free leases, camera id, token, what happens without a successor. Returns the token of the successor that holds the camera
 * now, or an empty string. Of a succession nothing is left.
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
