-- How an attempt ended, a trip that one process reports, or an operator's word.
-- ARGV: 13 attempt, empty for a trip  14 ok, fail, neutral, trip, force-open, force-closed or force-none  15 epoch  16 entered
--       17 tokens that were reckoned with  18 tokens used  19 pause  20 why
-- Returns {state, state it moved to or ''}.
local attempt, outcome, epoch, entered = ARGV[13], ARGV[14], tonumber(ARGV[15]), tonumber(ARGV[16])
local reckoned, used, pause, why = tonumber(ARGV[17]), tonumber(ARGV[18]), tonumber(ARGV[19]), ARGV[20]

local function turn(state, until_)
  at.state, at.fails, at.oks, at.probe, at.probeUntil = state, 0, 0, '', 0
  at['until'], at.epoch = until_, at.epoch + 1
end

local function givePlaceBack()
  redis.call('ZREM', KEYS[3], attempt)
  if tokens and attempt ~= '' then
    local difference = intervalOf(tokens) * (used - math.min(tokens.burst, reckoned))
    if difference >= 0 then tat.tokens = math.max(tat.tokens, now) + difference
    else tat.tokens = tat.tokens + math.min(0, difference + math.max(0, now - entered)) end
    saveClocks()
  end
  if why == 'limited' and at.pause <= now then
    at.pace, at.paceAt = math.max(50000, math.floor(pace() * 0.7)), now
  end
  if pause > 0 and now + pause > at.pause then at.pause, at.why = now + pause, why end
end

local function judge()
  if epoch ~= at.epoch then return end
  if at.state == 'closed' then
    if outcome == 'ok' then at.fails = 0
    elseif outcome == 'trip' then turn('open', now + policy.open)
    elseif outcome == 'fail' then
      if at.fails + 1 >= policy.fails then turn('open', now + policy.open) else at.fails = at.fails + 1 end
    end
  elseif at.state == 'half-open' and at.probe ~= '' and at.probe == attempt then
    if outcome == 'fail' then turn('open', now + policy.open)
    elseif outcome == 'ok' and at.oks + 1 >= policy.oks then turn('closed', 0)
    else at.oks, at.probe, at.probeUntil = at.oks + (outcome == 'ok' and 1 or 0), '', 0 end
  end
end

if outcome == 'force-open' then turn('open', now + 30 * DAY)
elseif outcome == 'force-closed' then
  at.pause, at.why = 0, ''
  if at.state ~= 'closed' then turn('closed', 0) end
elseif outcome == 'force-none' then
  if at.state == 'open' then at['until'] = math.min(at['until'], now) end
else
  givePlaceBack()
  judge()
end
local moved = at.epoch ~= before.epoch and publish(at.state) or ''
saveBreaker()
return { at.state, moved }
