-- Token bucket (J. Turner's leaky bucket as a meter, IEEE Communications 1986): a bucket of burst tokens gains rate tokens a
-- microsecond, and a request takes one or is refused. In any time t at most burst + rate·t pass.
-- The time is Redis' own unless one is given: an instance whose clock is off decides as all others do.
--
-- KEYS[1] the bucket   ARGV[1] burst   ARGV[2] rate   ARGV[3] another clock's microsecond
local time = redis.call('TIME')
local redisNow = time[1] * 1000000 + time[2]
local now = tonumber(ARGV[3]) or redisNow
local burst, rate = tonumber(ARGV[1]), tonumber(ARGV[2])

local state = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = burst
if state[1] then
  tokens = math.min(burst, tonumber(state[1]) + math.max(0, now - tonumber(state[2])) * rate)
end

local allowed = 0
if tokens >= 1 then
  tokens = tokens - 1
  allowed = 1
end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.9f', tokens), 'at', string.format('%.0f', now))
redis.call('EXPIRE', KEYS[1], 60) -- only to clear up: a bucket that is not there is a full one
return {allowed, redisNow}
