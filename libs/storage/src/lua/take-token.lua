-- One request of a key against its rate (GCRA): one clock a key, kept as the theoretical arrival time of the next request.
-- KEYS[1] the clock; ARGV[1] microseconds a request, ARGV[2] burst. Time is Redis' own.
-- Returns {allowed, requests left, microseconds until the bucket is full, microseconds until the next request is allowed}.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval = tonumber(ARGV[1])
local burst = tonumber(ARGV[2])
local tat = tonumber(redis.call('GET', KEYS[1]) or now)
if tat < now then tat = now end
local earliest = tat - interval * (burst - 1)
if now < earliest then
  return { 0, 0, tat - now, earliest - now }
end
tat = tat + interval
redis.call('SET', KEYS[1], string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000) + 1000)
return { 1, math.floor((interval * burst - (tat - now)) / interval), tat - now, 0 }
