-- May an attempt be sent? Breaker, pause, leases, clocks, in this order; written only when all of them agree.
-- ARGV: 13 attempt  14 tokens
-- Returns {kind, wait in microseconds, epoch, now, why it pauses, state it moved to or ''}.
local attempt, wanted = ARGV[13], tonumber(ARGV[14])
local kind = 'go'
if at.state == 'open' then
  if now < at['until'] then return { 'open', at['until'] - now, at.epoch, now, '', '' } end
  kind = 'probe'
elseif at.state == 'half-open' then
  if at.probe ~= '' and now < at.probeUntil then return { 'open', 250000, at.epoch, now, '', '' } end
  kind = 'probe'
end
if at.pause > now then
  return { 'paused', at.pause - now, at.epoch, now, at.why == '' and 'limited' or at.why, '' }
end
if concurrent and redis.call('ZCOUNT', KEYS[3], '(' .. text(now), '+inf') >= concurrent then
  return { 'busy', 100000, at.epoch, now, '', '' }
end
local function waitOf(rate, tat_, cost)
  return math.max(0, math.max(tat_, now) - intervalOf(rate) * (rate.burst - cost) - now)
end
local oneRequest = requests and math.min(requests.burst, 1)
local someTokens = tokens and math.min(tokens.burst, wanted)
local slow = math.max(
  requests and waitOf(requests, tat.requests, oneRequest) or 0,
  tokens and waitOf(tokens, tat.tokens, someTokens) or 0
)
if slow > 0 then return { 'slow', slow, at.epoch, now, '', '' } end

if requests then tat.requests = math.max(tat.requests, now) + intervalOf(requests) * oneRequest end
if tokens then tat.tokens = math.max(tat.tokens, now) + intervalOf(tokens) * someTokens end
if requests or tokens then saveClocks() end
if concurrent then
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', text(now))
  redis.call('ZADD', KEYS[3], text(now + policy.lease), attempt)
  redis.call('PEXPIRE', KEYS[3], text(math.ceil(policy.lease / 1000) + 1000))
end
local moved = ''
if kind == 'probe' then
  if at.state == 'open' then
    at.oks = 0
    moved = publish('half-open')
  end
  at.state, at.probe, at.probeUntil = 'half-open', attempt, now + policy.lease
end
saveBreaker()
return { kind, 0, at.epoch, now, '', moved }
