--[[
  Takes the next free slot.

  KEYS[1]  assigned slots (see slots.lua)
  KEYS[2]  end of the pause
  ARGV[1]  limit
  ARGV[2]  period in milliseconds
  ARGV[3]  longest wait in milliseconds

  Returns the milliseconds until the slot, or -1 if it is further away than the longest wait.
]]
local at = nextFree(tonumber(redis.call('GET', KEYS[2]) or 0))
at = math.max(at, lastSlot())
local wait = at - now
if wait > tonumber(ARGV[3]) then return -1 end
assign(at)
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', wait + period))
return wait
