-- What enter.lua and leave.lua have in common; the loader puts it before each. The rules are those of libs/kernel/src/gate, number for number:
-- integers of microseconds, divided and rounded down in the same places.
-- KEYS: br (hash), rl (hash), cc (sorted set) of one target, in one slot.
-- ARGV: 1 now, empty for the time of Redis  2 channel of transitions  3 target  4 fails  5 open  6 oks  7 lease
--       8, 9 interval and burst of requests, 10, 11 of tokens  12 most at once; empty: no such limit
local now = tonumber(ARGV[1])
if now == nil then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local policy = { fails = tonumber(ARGV[4]), open = tonumber(ARGV[5]), oks = tonumber(ARGV[6]), lease = tonumber(ARGV[7]) }
local requests = tonumber(ARGV[8]) and { interval = tonumber(ARGV[8]), burst = tonumber(ARGV[9]) }
local tokens = tonumber(ARGV[10]) and { interval = tonumber(ARGV[10]), burst = tonumber(ARGV[11]) }
local concurrent = tonumber(ARGV[12])
local FULL, DAY = 1000000, 86400000000
local FIELDS = { 'state', 'fails', 'oks', 'until', 'probe', 'probeUntil', 'epoch', 'pause', 'why', 'pace', 'paceAt' }
local TEXT = { state = 'closed', probe = '', why = '' }

local at, before = {}, {}
for i, value in ipairs(redis.call('HMGET', KEYS[1], unpack(FIELDS))) do
  local name = FIELDS[i]
  if TEXT[name] then at[name] = value or TEXT[name]
  else at[name] = tonumber(value or (name == 'pace' and FULL or 0)) end
  before[name] = at[name]
end
local clocks = redis.call('HMGET', KEYS[2], 'requests', 'tokens')
local tat = { requests = tonumber(clocks[1] or 0), tokens = tonumber(clocks[2] or 0) }

local function text(value)
  return type(value) == 'number' and string.format('%.0f', value) or value
end

-- A hash lives a day longer than anything in it means something: no call that it was asked for is still under way then.
local function saveBreaker()
  local changed, pairs_ = false, {}
  for _, name in ipairs(FIELDS) do
    if at[name] ~= before[name] then changed = true end
    table.insert(pairs_, name)
    table.insert(pairs_, text(at[name]))
  end
  if not changed then return end
  redis.call('HSET', KEYS[1], unpack(pairs_))
  local last = math.max(at['until'], at.pause, at.probeUntil, now)
  redis.call('PEXPIRE', KEYS[1], text(math.ceil((last - now + DAY) / 1000)))
end

local function saveClocks()
  redis.call('HSET', KEYS[2], 'requests', text(tat.requests), 'tokens', text(tat.tokens))
  redis.call('PEXPIRE', KEYS[2], text(math.ceil(math.max(tat.requests - now, tat.tokens - now, 0) / 1000) + 1000))
end

local function publish(state)
  redis.call('PUBLISH', ARGV[2], ARGV[3] .. ' ' .. state)
  return state
end

local function pace()
  return math.min(FULL, at.pace + 10000 * math.floor(math.max(0, now - at.paceAt) / 10000000))
end

local function intervalOf(rate)
  return math.floor(rate.interval * FULL / pace())
end
