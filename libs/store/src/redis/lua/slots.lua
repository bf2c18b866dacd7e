--[[
  Included before the other scripts of rate limits.

  KEYS[1]  assigned slots: a list of times in ascending order
  ARGV[1]  limit
  ARGV[2]  period in milliseconds

  Fewer than `limit` other slots have a time later than a period before a slot that is assigned. The time of a slot is the latest at which
  it is used, so no window of a period holds more than `limit` requests. Slots stay for a period and not up to a number, so that they
  count correctly after a change of the limit. The time is that of Redis: processes do not have to agree on theirs.
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local limit, period = tonumber(ARGV[1]), tonumber(ARGV[2])
local count = redis.call('LLEN', KEYS[1])
while count > 0 and tonumber(redis.call('LINDEX', KEYS[1], 0)) + period <= now do
  redis.call('LPOP', KEYS[1])
  count = count - 1
end
-- 0: there is none.
local function lastSlot() return tonumber(redis.call('LINDEX', KEYS[1], -1) or 0) end
local function insert(at)
  local later = {}
  while lastSlot() > at do later[#later + 1] = redis.call('RPOP', KEYS[1]) end
  redis.call('RPUSH', KEYS[1], string.format('%.0f', at))
  for i = #later, 1, -1 do redis.call('RPUSH', KEYS[1], later[i]) end
end
local function assign(at)
  insert(at)
  count = count + 1
end
local function nextFree(pausedUntil)
  local at = math.max(now, pausedUntil)
  if count < limit then return at end
  return math.max(at, tonumber(redis.call('LINDEX', KEYS[1], count - limit)) + period)
end
