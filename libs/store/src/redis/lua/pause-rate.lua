--[[
  Sets the end of the pause, unless it is already later.

  KEYS[1]  end of the pause
  ARGV[1]  length of the pause in milliseconds
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = now + tonumber(ARGV[1])
local current = redis.call('GET', KEYS[1])
if current and tonumber(current) >= ends then return 0 end
redis.call('SET', KEYS[1], string.format('%.0f', ends), 'PX', ARGV[1])
return 1
