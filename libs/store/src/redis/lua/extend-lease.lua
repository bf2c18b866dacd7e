--[[
  KEYS[1]  lease
  ARGV[1]  owner
  ARGV[2]  TTL in milliseconds

  Returns 1, or 0 if the lease does not belong to the owner.
]]
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
