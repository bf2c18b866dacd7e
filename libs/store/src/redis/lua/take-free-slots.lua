--[[
  Takes slots without the fair queue, if nothing competes for them.

  KEYS[1]  assigned slots (see slots.lua)
  KEYS[2]  end of the pause
  KEYS[3]  the queue
  ARGV[1]  limit
  ARGV[2]  period in milliseconds
  ARGV[3]  number of slots for now
  ARGV[4]  number of spare slots
  ARGV[5]  how long the spare slots may be used, in milliseconds
  ARGV[6]  how many slots stay free when spare ones are taken

  Returns the time of the slots for now, how many spare slots were taken, and how many slots of the period remain; or nil.
]]
local calls, spare, spareMs = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
if count + calls > limit or redis.call('EXISTS', KEYS[2], KEYS[3]) > 0 then return false end
for _ = 1, calls do assign(now) end
spare = math.max(0, math.min(spare, limit - count - tonumber(ARGV[6])))
for _ = 1, spare do assign(now + spareMs) end
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', lastSlot() - now + period))
return { now, spare, limit - count }
