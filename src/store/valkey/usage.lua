-- Exchanges one instance's usage of a provider's account for that of all instances. One key: a sorted set with
--   a member <instance>:<number> for each request, scored by the time when it was sent;
--   a member <instance> for each instance, scored by minus the time of its last report;
--   a member "epoch", scored by minus (EPOCH + the time when the set was made);
--   a member "pause:<state>", scored by minus (PAUSE + the time when the pause ends).
-- Times are the server's, in milliseconds since 1970, which are far below EPOCH.
local EPOCH, PAUSE = 1e15, 2e15
local key, instance = KEYS[1], ARGV[1]
local known_epoch, known_instances = tonumber(ARGV[2]), tonumber(ARGV[3])
local wanted, purpose, first_number = tonumber(ARGV[4]), ARGV[5], tonumber(ARGV[6])
local alive, kept, limits = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local next_argument = 10
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function after(score)
  return string.format('(%.0f', score)
end

local epoch
local epoch_score = redis.call('ZSCORE', key, 'epoch')
if epoch_score then
  epoch = -tonumber(epoch_score) - EPOCH
else
  epoch = now
  redis.call('ZADD', key, -EPOCH - now, 'epoch')
end
if known_epoch ~= 0 and known_epoch ~= epoch then
  redis.call('PEXPIRE', key, kept)
  return {epoch, 0, 0, 0, '', 0, {}}
end

local lengths, mosts = {}, {}
for n = 1, limits do
  mosts[n], lengths[n] = tonumber(ARGV[next_argument]), tonumber(ARGV[next_argument + 1])
  next_argument = next_argument + 2
end
while ARGV[next_argument] do
  redis.call('ZADD', key, now - tonumber(ARGV[next_argument + 1]), instance .. ':' .. ARGV[next_argument])
  next_argument = next_argument + 2
end
redis.call('ZADD', key, -now, instance)
redis.call('ZREMRANGEBYSCORE', key, 0, now - kept)
redis.call('ZREMRANGEBYSCORE', key, kept - now, '(0')
redis.call('ZREMRANGEBYSCORE', key, -PAUSE - now, -PAUSE)

local reporting = redis.call('ZCOUNT', key, -EPOCH, alive - now)
local instances = math.max(reporting, known_instances)
local wait, used = 0, {}
for n = 1, limits do
  local count = redis.call('ZCOUNT', key, after(now - lengths[n]), '+inf')
  -- Instances that have not reported may have used their shares.
  local allowed = math.floor(mosts[n] * reporting / instances)
  local excess = count + wanted - allowed
  if excess > 0 then
    local free = lengths[n]
    local last = redis.call('ZRANGEBYSCORE', key, after(now - lengths[n]), '+inf', 'WITHSCORES', 'LIMIT', excess - 1, 1)
    if last[2] then
      free = tonumber(last[2]) + lengths[n] - now
    end
    wait = math.max(wait, free, 1)
  end
  used[n] = count + mosts[n] - allowed
end
if purpose == 'complete' and reporting < instances then
  wait = math.max(wait, alive)
end
if purpose ~= 'look' and wait == 0 then
  for n = 0, wanted - 1 do
    redis.call('ZADD', key, now, string.format('%s:%.0f', instance, first_number + n))
  end
end

local state, left = '', 0
local pause = redis.call('ZRANGEBYSCORE', key, '-inf', after(-PAUSE), 'WITHSCORES', 'LIMIT', 0, 1)
if pause[2] then
  state, left = string.sub(pause[1], 7), -tonumber(pause[2]) - PAUSE - now
end
redis.call('PEXPIRE', key, math.max(kept, left))
return {epoch, 1, reporting, wait, state, left, used}
