-- Pauses a provider's account: see usage.lua for the members of the set.
local PAUSE = 2e15
local key, state, left, kept = KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', key, -PAUSE - now - left, 'pause:' .. state)
redis.call('PEXPIRE', key, math.max(kept, left, redis.call('PTTL', key)))
