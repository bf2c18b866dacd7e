--[[
  Marks slots as used, so that no more than `remaining` of the period are left. Slots in the future do not count: the provider has not
  seen their requests yet.

  KEYS[1]  assigned slots (see slots.lua)
  ARGV[1]  limit
  ARGV[2]  period in milliseconds
  ARGV[3]  remaining
]]
local used = count
while used > 0 and tonumber(redis.call('LINDEX', KEYS[1], used - 1)) > now do used = used - 1 end
for _ = 1, limit - used - tonumber(ARGV[3]) do assign(now) end
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', lastSlot() - now + 2 * period))
return 1
