import { NOW, script } from './scripts.js';

/**
 * KEYS[1] holds the places taken (see RESERVE). One that ended more than a period ago binds nobody. Places may stand a little out of
 * order, since late ones are moved: all that matters is that each is a period after the one `limit` before it.
 */
const PLACES = `
local limit, period = tonumber(ARGV[1]), tonumber(ARGV[2])
local taken = redis.call('LLEN', KEYS[1])
while taken > 0 and tonumber(redis.call('LINDEX', KEYS[1], 0)) + period <= now do
  redis.call('LPOP', KEYS[1])
  taken = taken - 1
end
local latest = now
local function take(at)
  redis.call('RPUSH', KEYS[1], string.format('%.0f', at))
  taken = taken + 1
  latest = math.max(latest, at)
end
`;

/**
 * KEYS: the places taken, the end of the pause, who waits. ARGV: limit, period, how far ahead, how long what an asker says counts, the
 * asker; how many places were late, and each one's time and lateness; then group, flow and number of calls of all that waits.
 * Start-time fair queueing: a group's next place begins where its last one ended, but not before the one that was given last (`v`),
 * so whoever comes back has saved up nothing. Its flows share its places in the same way; one that does not wait is forgotten at once,
 * a group after a period. The embedded twin is `fair-turns.ts`.
 */
export const TAKE_TURNS = script(`${NOW}${PLACES}
local ahead, lasts, asker = tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local arg = 6
for _ = 1, tonumber(ARGV[arg]) do
  local found = redis.call('LPOS', KEYS[1], ARGV[arg + 1])
  if found then redis.call('LSET', KEYS[1], found, string.format('%.0f', ARGV[arg + 1] + ARGV[arg + 2])) end
  arg = arg + 2
end
local stored = redis.call('GET', KEYS[3])
local state = stored and cmsgpack.unpack(stored) or { v = 0, groups = {}, askers = {} }
for name, other in pairs(state.askers) do
  if other.seen + lasts <= now then state.askers[name] = nil end
end
local places = state.askers[asker] and state.askers[asker].given or {}
local me = { seen = now, waiting = {}, given = {} }
for i = arg + 1, #ARGV, 3 do
  local group, flow, calls = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
  for _, place in ipairs(places) do
    if place[1] == group and place[2] == flow then calls = calls - 1 end
  end
  if calls > 0 then me.waiting[#me.waiting + 1] = { group, flow, calls } end
end
state.askers[asker] = me

local function start(group, flow)
  local known = state.groups[group]
  if not known then return state.v, 0 end
  return math.max(known.f, state.v), math.max(known.flows[flow] or 0, known.v)
end
local function first()
  local best, from, s, t
  for _, one in pairs(state.askers) do
    for _, entry in ipairs(one.waiting) do
      if entry[3] > 0 then
        local es, et = start(entry[1], entry[2])
        if not best or es < s or (es == s and et < t) then best, from, s, t = entry, one, es, et end
      end
    end
  end
  return best, from, s, t
end

local paused = tonumber(redis.call('GET', KEYS[2]) or 0)
local function nextPlace()
  local at = math.max(now, paused)
  if taken < limit then return at end
  return math.max(at, tonumber(redis.call('LINDEX', KEYS[1], taken - limit)) + period)
end
local at = nextPlace()
while at - now <= ahead do
  local entry, from, s, t = first()
  if not entry then break end
  take(at)
  entry[3] = entry[3] - 1
  local group = state.groups[entry[1]] or { flows = {} }
  group.f, group.at, group.v, group.flows[entry[2]] = s + 1, at, t, t + 1
  state.groups[entry[1]], state.v = group, s
  local mine = from == me and places or from.given
  mine[#mine + 1] = { entry[1], entry[2], at }
  at = nextPlace()
end

local waiting, groups, anybody = {}, 0, false
for name, one in pairs(state.askers) do
  local still = {}
  for _, entry in ipairs(one.waiting) do
    if entry[3] > 0 then
      still[#still + 1] = entry
      if not waiting[entry[1]] then waiting[entry[1]], groups = {}, groups + 1 end
      waiting[entry[1]][entry[2]] = true
    end
  end
  one.waiting = still
  if #still == 0 and #one.given == 0 then state.askers[name] = nil else anybody = true end
end
for name, group in pairs(state.groups) do
  for flow in pairs(group.flows) do
    if not (waiting[name] and waiting[name][flow]) then group.flows[flow] = nil end
  end
  if not waiting[name] and (group.f <= state.v or group.at + period <= now) then state.groups[name] = nil end
end
local lives = string.format('%.0f', math.max(latest, at) - now + period + lasts)
redis.call('PEXPIRE', KEYS[1], lives)
if anybody or next(state.groups) then redis.call('SET', KEYS[3], cmsgpack.pack(state), 'PX', lives)
else redis.call('DEL', KEYS[3]) end

local answer = { at - now, groups, math.max(0, limit - taken) }
for _, place in ipairs(places) do
  answer[#answer + 1] = place[1]
  answer[#answer + 1] = place[2]
  answer[#answer + 1] = place[3]
  answer[#answer + 1] = place[3] - now
end
return answer
`);

/** KEYS: the places taken. ARGV: limit, period, how many are left. Places in the future are no calls that the provider knows of. */
export const LEAVE_AT_MOST = script(`${NOW}${PLACES}
local used = taken
while used > 0 and tonumber(redis.call('LINDEX', KEYS[1], used - 1)) > now do used = used - 1 end
for _ = 1, limit - used - tonumber(ARGV[3]) do take(now) end
if taken > 0 then redis.call('PEXPIRE', KEYS[1], string.format('%.0f', 2 * period)) end
return 1
`);
