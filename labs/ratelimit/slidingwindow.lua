-- Sliding log: the instants of the requests that passed, the old ones dropped; a request passes if
-- fewer than the limit are left (ClassDojo Engineering, "Better Rate Limiting With Redis Sorted Sets").
-- Exact in any window, at the price of an entry a request.
-- The time is Redis' own unless one is given.
--
-- KEYS[1] the log   ARGV[1] limit   ARGV[2] window in microseconds   ARGV[3] another clock's microsecond
local time = redis.call('TIME')
local redisNow = time[1] * 1000000 + time[2]
local now = tonumber(ARGV[3]) or redisNow
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])

redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - window))
local count = redis.call('ZCARD', KEYS[1])
if count >= limit then
  return {0, redisNow}
end
local at = string.format('%.0f', now)
redis.call('ZADD', KEYS[1], at, at .. '-' .. count) -- two in one microsecond differ in their count
redis.call('EXPIRE', KEYS[1], 60) -- only to clear up
return {1, redisNow}
