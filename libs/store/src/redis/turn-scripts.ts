import { BACK_MS, BACK_SHARE, MOST_FLOWS } from '../limits.js';
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
 *
 * Start-time fair queueing: a group's next place begins where its last one ended (`f`), but not before the one that was given last
 * (`v`), so whoever comes back has saved up nothing. Its flows share its places in the same way. While there are fewer places than
 * calls (`full`), a group that was served more does not take a free place from one that was served just now and is likely to be back
 * at once: that is how organisations whose answers come faster would get more. The embedded twin is `fair-turns.ts`.
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
local state = stored and cmsgpack.unpack(stored) or { v = 0, full = 0, groups = {}, askers = {} }
for name, other in pairs(state.askers) do
  if other.seen + lasts <= now then state.askers[name] = nil end
end

-- The asker does not know yet of the places that were kept for it.
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
local waiting = {}
for _, one in pairs(state.askers) do
  for _, entry in ipairs(one.waiting) do waiting[entry[1]] = (waiting[entry[1]] or 0) + entry[3] end
end

local function first()
  local best, from, s, t
  for _, one in pairs(state.askers) do
    for _, entry in ipairs(one.waiting) do
      if entry[3] > 0 then
        local group, es, et = state.groups[entry[1]], state.v, 0
        if group then es, et = math.max(group.f, es), math.max(group.flows[entry[2]] or 0, group.v) end
        if not best or es < s or (es == s and et < t) then best, from, s, t = entry, one, es, et end
      end
    end
  end
  return best, from, s, t
end
local back = math.floor(math.min(${BACK_SHARE} * period, ${BACK_MS}))
local function allowed(at, f)
  if at >= state.full then return at end
  local free = at
  for name, group in pairs(state.groups) do
    if group.f < f and (waiting[name] or 0) == 0 then free = math.max(free, group.at + back) end
  end
  return free
end
local paused = tonumber(redis.call('GET', KEYS[2]) or 0)
local function nextPlace()
  local at = math.max(now, paused)
  if taken < limit then return at end
  return math.max(at, tonumber(redis.call('LINDEX', KEYS[1], taken - limit)) + period)
end

local at, held = nextPlace(), false
while at - now <= ahead do
  local entry, from, s, t = first()
  if not entry then break end
  local group = state.groups[entry[1]] or { f = 0, flows = {} }
  local free = allowed(at, group.f)
  if free > at then
    at, held = free, true
    break
  end
  take(at)
  group.f, group.at, group.v, group.flows[entry[2]] = s + 1, at, t, t + 1
  state.groups[entry[1]], state.v = group, s
  entry[3], waiting[entry[1]] = entry[3] - 1, waiting[entry[1]] - 1
  local mine = from == me and places or from.given
  mine[#mine + 1] = { entry[1], entry[2], at }
  at = nextPlace()
end

-- Only what decides something is kept.
local flows, groups = {}, 0
for name, one in pairs(state.askers) do
  local still = {}
  for _, entry in ipairs(one.waiting) do
    if entry[3] > 0 then still[#still + 1], flows[entry[1] .. ' ' .. entry[2]] = entry, true end
  end
  one.waiting = still
  if #still == 0 and #one.given == 0 then state.askers[name] = nil end
end
for _, calls in pairs(waiting) do
  if calls > 0 then groups = groups + 1 end
end
if groups > 0 and not held then state.full = at + period end
for name, group in pairs(state.groups) do
  local idle = 0
  for flow, f in pairs(group.flows) do
    if not flows[name .. ' ' .. flow] then
      idle = idle + 1
      if f <= group.v or idle > ${MOST_FLOWS} then group.flows[flow] = nil end
    end
  end
  local over = group.at + period <= now or (group.f <= state.v and group.at + back <= now)
  if over and (waiting[name] or 0) == 0 then state.groups[name] = nil end
end
local lives = string.format('%.0f', math.max(latest, at) - now + period + lasts)
redis.call('PEXPIRE', KEYS[1], lives)
redis.call('SET', KEYS[3], cmsgpack.pack(state), 'PX', lives)

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
