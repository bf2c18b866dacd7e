--[[
  Applies a change to values, indexes and logs, or nothing of it.

  A log is a stream whose entries have consecutive numbers: the first one is the time, so a log that has expired starts with a greater
  number than it ever had, and one whose newest entries somebody deleted goes on behind them. Redis does not roll a script back, so
  everything that can fail is checked before the first write.

  KEYS, in the order of the counts in ARGV: of each expected value, each value that has to exist, each removed value, each put value, the
  index of each removed member, the index of each added member, each removed log, the log of each appended entry

  ARGV[1..8]  how many of each there are
  ARGV[9...]  for each expected value:  '1' and the value, or '0' and '' if it must not exist
              for each put value:       the value, and its TTL in milliseconds, or 'keep' for the present one, or ''
              for each removed member:  the member
              for each added member:    the member
              for each appended entry:  the entry, how many entries the log keeps, and its TTL in milliseconds or ''
              optionally:               the channel and the message to publish

  Returns 1, or 0 if an expectation was not met.
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local key, arg = 0, 8
local function nextKey() key = key + 1; return KEYS[key] end
local function nextArg() arg = arg + 1; return ARGV[arg] end

for _ = 1, tonumber(ARGV[1]) do
  local value, exists, expected = redis.call('GET', nextKey()), nextArg(), nextArg()
  if exists == '1' then
    if value ~= expected then return 0 end
  elseif value then
    return 0
  end
end
for _ = 1, tonumber(ARGV[2]) do
  if redis.call('EXISTS', nextKey()) == 0 then return 0 end
end
-- Redis accepts only numbers that are greater than that of any entry there ever was, and a number of Lua or JavaScript is exact below 2^53.
local appended, nextNumber = tonumber(ARGV[8]), {}
for index = #KEYS - appended + 1, #KEYS do
  local log, last = KEYS[index], now - 1
  -- Several entries of one log: its state is read once.
  if not nextNumber[log] and redis.call('EXISTS', log) == 1 then
    local info = redis.call('XINFO', 'STREAM', log)
    for field = 1, #info, 2 do
      if info[field] == 'last-generated-id' then last = tonumber(string.match(info[field + 1], '^%d+')) end
    end
  end
  if last + appended >= 2 ^ 53 then return redis.error_reply('ERR no number is left for an entry of a log') end
  nextNumber[log] = nextNumber[log] or last + 1
end
for _ = 1, tonumber(ARGV[3]) do redis.call('DEL', nextKey()) end
for _ = 1, tonumber(ARGV[4]) do
  local name, value, ttl = nextKey(), nextArg(), nextArg()
  if ttl == '' then redis.call('SET', name, value)
  elseif ttl == 'keep' then redis.call('SET', name, value, 'KEEPTTL')
  elseif tonumber(ttl) > 0 then redis.call('SET', name, value, 'PX', ttl)
  else redis.call('DEL', name) end
end
for _ = 1, tonumber(ARGV[5]) do redis.call('ZREM', nextKey(), nextArg()) end
for _ = 1, tonumber(ARGV[6]) do redis.call('ZADD', nextKey(), 0, nextArg()) end
for _ = 1, tonumber(ARGV[7]) do redis.call('DEL', nextKey()) end
for _ = 1, appended do
  local log, entry, keep, ttl = nextKey(), nextArg(), nextArg(), nextArg()
  local number = nextNumber[log]
  nextNumber[log] = number + 1
  redis.call('XADD', log, 'MAXLEN', keep, string.format('%.0f-0', number), 'e', entry)
  if ttl == '' then redis.call('PERSIST', log) else redis.call('PEXPIRE', log, ttl) end
end
if ARGV[arg + 1] then redis.call('PUBLISH', nextArg(), nextArg()) end
return 1
