import { createHash } from 'node:crypto';

/** A step that Redis runs as a whole. */
export interface Script {
  source: string;
  sha1: string;
}

export function script(source: string): Script {
  return { source, sha1: createHash('sha1').update(source).digest('hex') };
}

/** The clock of Redis: the processes that share something need not agree on the time. */
export const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * ARGV: how many expectations, keys that have to be there, removals, puts, index removals, index additions, log removals and log
 * entries follow, then each one's own arguments, then what to tell on which channel, if anything. A log is a stream with numbers of
 * ours: the one after the newest entry's or, where there is none, the time. A script is not rolled back: everything that can fail is
 * looked at before the first write.
 */
export const COMMIT = script(`${NOW}
local key, arg = 0, 8
local function nextKey() key = key + 1; return KEYS[key] end
local function nextArg() arg = arg + 1; return ARGV[arg] end
for _ = 1, tonumber(ARGV[1]) do
  local value, exists, wanted = redis.call('GET', nextKey()), nextArg(), nextArg()
  if exists == '1' then
    if value ~= wanted then return 0 end
  elseif value then
    return 0
  end
end
for _ = 1, tonumber(ARGV[2]) do
  if redis.call('EXISTS', nextKey()) == 0 then return 0 end
end
for _ = 1, tonumber(ARGV[3]) do redis.call('DEL', nextKey()) end
for _ = 1, tonumber(ARGV[4]) do
  local name, value, ttl = nextKey(), nextArg(), nextArg()
  if ttl == '' then redis.call('SET', name, value)
  elseif tonumber(ttl) > 0 then redis.call('SET', name, value, 'PX', ttl)
  else redis.call('DEL', name) end
end
for _ = 1, tonumber(ARGV[5]) do redis.call('ZREM', nextKey(), nextArg()) end
for _ = 1, tonumber(ARGV[6]) do redis.call('ZADD', nextKey(), 0, nextArg()) end
for _ = 1, tonumber(ARGV[7]) do redis.call('DEL', nextKey()) end
for _ = 1, tonumber(ARGV[8]) do
  local log, entry, keep, ttl = nextKey(), nextArg(), nextArg(), nextArg()
  local newest = redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
  local number = newest and tonumber(string.match(newest[1], '^%d+')) + 1 or now
  redis.call('XADD', log, 'MAXLEN', keep, string.format('%.0f-0', number), 'e', entry)
  if ttl == '' then redis.call('PERSIST', log) else redis.call('PEXPIRE', log, ttl) end
end
if ARGV[arg + 1] then redis.call('PUBLISH', nextArg(), nextArg()) end
return 1
`);

export const EXTEND_LEASE = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`);

export const RELEASE_LEASE = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`);

/**
 * KEYS: the places taken (a list, oldest first), the end of the pause. ARGV: limit, period, longest wait.
 * A place is a period after the one `limit` places before it, so no stretch of a period holds more than `limit`. Places are
 * kept for a period, not up to a number, so they still count rightly when the limit is changed.
 */
export const RESERVE = script(`${NOW}
local limit, period = tonumber(ARGV[1]), tonumber(ARGV[2])
local oldest = redis.call('LINDEX', KEYS[1], 0)
while oldest and tonumber(oldest) + period <= now do
  redis.call('LPOP', KEYS[1])
  oldest = redis.call('LINDEX', KEYS[1], 0)
end
local place = now
local paused = redis.call('GET', KEYS[2])
if paused then place = math.max(place, tonumber(paused)) end
local taken = redis.call('LLEN', KEYS[1])
if taken > 0 then place = math.max(place, tonumber(redis.call('LINDEX', KEYS[1], -1))) end
if taken >= limit then place = math.max(place, tonumber(redis.call('LINDEX', KEYS[1], taken - limit)) + period) end
local wait = place - now
if wait > tonumber(ARGV[3]) then return -1 end
redis.call('RPUSH', KEYS[1], string.format('%.0f', place))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', wait + period))
return wait
`);

export const PAUSE_BUDGET = script(`${NOW}
local ends = now + tonumber(ARGV[1])
local earlier = redis.call('GET', KEYS[1])
if earlier and tonumber(earlier) >= ends then return 0 end
redis.call('SET', KEYS[1], string.format('%.0f', ends), 'PX', ARGV[1])
return 1
`);
