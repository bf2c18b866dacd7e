--[[
  Included before the other scripts of rate limits.

  KEYS[1]  assigned slots: a list of times, oldest first
  ARGV[1]  limit
  ARGV[2]  period in milliseconds

  A slot is a period after the one `limit` slots before it, so no window of a period holds more than `limit`. Slots stay for a period and
  not up to a number, so that they count correctly after a change of the limit. Late slots are moved, so the list may be a little out of
  order. The time is that of Redis: processes do not have to agree on theirs.
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local limit, period = tonumber(ARGV[1]), tonumber(ARGV[2])
local count = redis.call('LLEN', KEYS[1])
while count > 0 and tonumber(redis.call('LINDEX', KEYS[1], 0)) + period <= now do
  redis.call('LPOP', KEYS[1])
  count = count - 1
end
local latest = now
local function assign(at)
  redis.call('RPUSH', KEYS[1], string.format('%.0f', at))
  count = count + 1
  latest = math.max(latest, at)
end
local function nextFree(pausedUntil)
  local at = math.max(now, pausedUntil)
  if count < limit then return at end
  return math.max(at, tonumber(redis.call('LINDEX', KEYS[1], count - limit)) + period)
end
