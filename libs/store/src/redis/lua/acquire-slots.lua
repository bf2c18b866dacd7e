--[[
  Assigns slots in a fair order.

  Start-time fair queueing: a tenant's next slot begins, in virtual time, where its last one ended (`finish`), but not before the latest
  slot of all began (`virtualTime`), so a tenant that comes back has saved up nothing. Its jobs share its slots in the same way, where one
  of the background job takes as long as several of another one. While
  there are fewer slots than waiting requests (`scarceUntil`), a tenant that was served more does not get a free slot as long as one that
  was served less is likely to ask again in a moment; otherwise tenants with faster responses would get more. The counterpart for the
  embedded store is fair-queue.ts; libs/store/test/fair-order.fixture.ts holds for both.

  KEYS[1]  assigned slots (see slots.lua)
  KEYS[2]  end of the pause
  KEYS[3]  the queue (MessagePack)
  ARGV[1]  limit
  ARGV[2]  period in milliseconds
  ARGV[3]  how early a slot may be handed out, in milliseconds
  ARGV[4]  how long a request of a process is valid, in milliseconds
  ARGV[5]  how soon a tenant that was just served is likely to ask again, in milliseconds
  ARGV[6]  how many idle jobs of a tenant are remembered
  ARGV[7]  the background job of each tenant
  ARGV[8]  as how many slots one of it counts
  ARGV[9]  the calling process
  ARGV[10] how many slots were used late
  then     the time of each late slot and by how many milliseconds it was late
  then     tenant, job and number of calls of each waiter

  Returns milliseconds until the next free slot, how many tenants wait, how many slots of the period remain, and tenant, job, time and
  milliseconds from now of each slot of the calling process.
]]
local ahead, requestTtl, returnMs = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local maxIdleJobs, backgroundJob, backgroundSlots, process = tonumber(ARGV[6]), ARGV[7], tonumber(ARGV[8]), ARGV[9]
local arg = 10
for _ = 1, tonumber(ARGV[arg]) do
  local usedAt = ARGV[arg + 1] + ARGV[arg + 2]
  if redis.call('LREM', KEYS[1], -1, ARGV[arg + 1]) == 1 then insert(usedAt)
  -- It has expired meanwhile, and counts from when it was used.
  elseif usedAt + period > now then assign(usedAt) end
  arg = arg + 2
end
local stored = redis.call('GET', KEYS[3])
local queue = stored and cmsgpack.unpack(stored) or { virtualTime = 0, scarceUntil = 0, tenants = {}, processes = {} }
for name, other in pairs(queue.processes) do
  if other.seenAt + requestTtl <= now then queue.processes[name] = nil end
end

-- The process does not know yet of the slots that were kept for it.
local slots = queue.processes[process] and queue.processes[process].slots or {}
local caller = { seenAt = now, waiting = {}, slots = {} }
for i = arg + 1, #ARGV, 3 do
  local tenant, job, calls = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
  for _, slot in ipairs(slots) do
    if slot[1] == tenant and slot[2] == job then calls = calls - 1 end
  end
  if calls > 0 then caller.waiting[#caller.waiting + 1] = { tenant, job, calls } end
end
queue.processes[process] = caller
local waitingCalls = {}
for _, other in pairs(queue.processes) do
  for _, waiter in ipairs(other.waiting) do
    waitingCalls[waiter[1]] = (waitingCalls[waiter[1]] or 0) + waiter[3]
  end
end

local function nextWaiter()
  local best, owner, start, jobStart
  for _, other in pairs(queue.processes) do
    for _, waiter in ipairs(other.waiting) do
      if waiter[3] > 0 then
        local tenant, s, j = queue.tenants[waiter[1]], queue.virtualTime, 0
        if tenant then s, j = math.max(tenant.finish, s), math.max(tenant.jobs[waiter[2]] or 0, tenant.virtualTime) end
        if not best or s < start or (s == start and j < jobStart) then
          best, owner, start, jobStart = waiter, other, s, j
        end
      end
    end
  end
  return best, owner, start, jobStart
end
local function heldUntil(at, finish)
  if at >= queue.scarceUntil then return at end
  local free = at
  for name, tenant in pairs(queue.tenants) do
    if tenant.finish < finish and (waitingCalls[name] or 0) == 0 then free = math.max(free, tenant.slotAt + returnMs) end
  end
  return free
end

local pausedUntil = tonumber(redis.call('GET', KEYS[2]) or 0)
local at, isHeldBack = nextFree(pausedUntil), false
while at - now <= ahead do
  local waiter, owner, start, jobStart = nextWaiter()
  if not waiter then break end
  local tenant = queue.tenants[waiter[1]] or { finish = 0, jobs = {} }
  local free = heldUntil(at, tenant.finish)
  if free > at then
    at, isHeldBack = free, true
    break
  end
  assign(at)
  tenant.finish, tenant.slotAt, tenant.virtualTime = start + 1, at, jobStart
  tenant.jobs[waiter[2]] = jobStart + (waiter[2] == backgroundJob and backgroundSlots or 1)
  queue.tenants[waiter[1]], queue.virtualTime = tenant, start
  waiter[3], waitingCalls[waiter[1]] = waiter[3] - 1, waitingCalls[waiter[1]] - 1
  local list = owner == caller and slots or owner.slots
  list[#list + 1] = { waiter[1], waiter[2], at }
  at = nextFree(pausedUntil)
end

-- Drop the state that no longer affects the order.
local waitingJobs, waitingTenants = {}, 0
for name, other in pairs(queue.processes) do
  local waiting = {}
  for _, waiter in ipairs(other.waiting) do
    if waiter[3] > 0 then waiting[#waiting + 1], waitingJobs[waiter[1] .. ' ' .. waiter[2]] = waiter, true end
  end
  other.waiting = waiting
  if #waiting == 0 and #other.slots == 0 then queue.processes[name] = nil end
end
for _, calls in pairs(waitingCalls) do
  if calls > 0 then waitingTenants = waitingTenants + 1 end
end
if waitingTenants > 0 and not isHeldBack then queue.scarceUntil = at + period end
for name, tenant in pairs(queue.tenants) do
  local idle = 0
  for job, finish in pairs(tenant.jobs) do
    if not waitingJobs[name .. ' ' .. job] then
      idle = idle + 1
      if finish <= tenant.virtualTime or idle > maxIdleJobs then tenant.jobs[job] = nil end
    end
  end
  local isServed = tenant.finish <= queue.virtualTime and tenant.slotAt + returnMs <= now
  local isOver = isServed or tenant.slotAt + period <= now
  if isOver and (waitingCalls[name] or 0) == 0 then queue.tenants[name] = nil end
end
local ttl = string.format('%.0f', math.max(lastSlot(), at) - now + period + requestTtl)
redis.call('PEXPIRE', KEYS[1], ttl)
-- Where slots are not scarce, requests need not take turns: take-free-slots.lua serves them while there is no queue.
if next(queue.processes) == nil and queue.scarceUntil <= now then redis.call('DEL', KEYS[3])
else redis.call('SET', KEYS[3], cmsgpack.pack(queue), 'PX', ttl) end

local result = { at - now, waitingTenants, math.max(0, limit - count) }
for _, slot in ipairs(slots) do
  for _, value in ipairs({ slot[1], slot[2], slot[3], slot[3] - now }) do result[#result + 1] = value end
end
return result
