/**
 * Lua for hashes whose fields expire one by one: `<expiry, ms by Redis' clock>\n<value>`. Redis' clock alone decides what has expired, so that
 * services with wrong clocks agree. An expiry more than two lifetimes away was written before that clock was set back, and counts as expired.
 */
export const EXPIRING_ENTRIES = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function currentValue(entry, lifetimeMs)
  local expiry, value = string.match(entry or '', '^(%d+)\\n(.*)$')
  if expiry and tonumber(expiry) > now and tonumber(expiry) <= now + 2 * lifetimeMs then return value end
end

local function expiringEntry(value, lifetimeMs)
  return string.format('%.0f', now + lifetimeMs) .. '\\n' .. value
end
`;

/**
 * KEYS: hash. ARGV: lifetime ms, most bytes per entry, most entries. Returns the values that are current. Removes expired entries, and too long
 * ones unread. Removes all when there are too many: whoever lives writes its entry again within a second.
 */
export const CURRENT_VALUES_SCRIPT = `${EXPIRING_ENTRIES}
if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[3]) then redis.call('DEL', KEYS[1]) end
local values = {}
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  local isShort = redis.call('HSTRLEN', KEYS[1], field) <= tonumber(ARGV[2])
  local value = isShort and currentValue(redis.call('HGET', KEYS[1], field), ARGV[1])
  if value then values[#values + 1] = value else redis.call('HDEL', KEYS[1], field) end
end
return values`;
