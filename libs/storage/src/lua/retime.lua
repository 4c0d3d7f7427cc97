-- Another moment for an attempt that has come to the wire later than it was let through: its first one stays taken, so that no two are close.
-- Returns the wait in microseconds; 0: now, and it is taken.
if not requests then return 0 end
local wait = math.max(0, math.max(tat.requests, now) - intervalOf(requests) * (requests.burst - math.min(requests.burst, 1)) - now)
if wait == 0 then
  tat.requests = math.max(tat.requests, now) + intervalOf(requests) * math.min(requests.burst, 1)
  saveClocks()
end
return wait
