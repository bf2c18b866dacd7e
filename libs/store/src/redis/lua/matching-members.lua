--[[
  Reads some members of an index in descending order and returns those that contain all texts.

  KEYS[1]      the index
  ARGV[1]      the upper bound as ZREVRANGEBYLEX has it
  ARGV[2]      how many members to read
  ARGV[3]      how many members to find at most
  ARGV[4]      how many bytes at the beginning of a member are not searched
  ARGV[5...]   the texts

  Returns the last member that was searched, or an empty text if there are no more, and the members that match.
]]
local members = redis.call('ZREVRANGEBYLEX', KEYS[1], ARGV[1], '-', 'LIMIT', 0, ARGV[2])
local limit, from, found = tonumber(ARGV[3]), tonumber(ARGV[4]) + 1, {}
for _, member in ipairs(members) do
  local matches = true
  for text = 5, #ARGV do
    if not string.find(member, ARGV[text], from, true) then
      matches = false
      break
    end
  end
  if matches then
    found[#found + 1] = member
    if #found == limit then return { member, found } end
  end
end
return { #members < tonumber(ARGV[2]) and '' or members[#members], found }
