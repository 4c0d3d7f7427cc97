-- What the database itself refuses, and the few functions through which all money and every change of a job's state go.
-- Every statement that touches several rows locks in one order: holds, then jobs, then budgets, each by id. So nothing deadlocks.

-- ---------------------------------------------------------------- rules of money
ALTER TABLE job    ADD CONSTRAINT job_money    CHECK (spent >= 0 AND held >= 0 AND over >= 0 AND spent + held <= cap);
ALTER TABLE budget ADD CONSTRAINT budget_money CHECK (spent >= 0 AND held >= 0 AND over >= 0 AND spent + held <= cap);
ALTER TABLE hold   ADD CONSTRAINT hold_state   CHECK (state IN ('held', 'settled', 'released', 'unknown') AND nanos >= 0);
ALTER TABLE entry  ADD CONSTRAINT entry_kind   CHECK (kind IN ('settled', 'released', 'unknown', 'corrected'));
ALTER TABLE entry  ADD CONSTRAINT entry_scope  CHECK (num_nonnulls(job_id, budget_id) = 1);
ALTER TABLE part   ADD CONSTRAINT part_scope   CHECK (num_nonnulls(job_id, budget_id) = 1);
ALTER TABLE price  ADD CONSTRAINT price_signs  CHECK (input > 0 AND output > 0 AND cache_read >= 0 AND cache_write >= 0);
ALTER TABLE job    ADD CONSTRAINT job_state    CHECK (state IN
  ('queued', 'running', 'parked', 'succeeded', 'failed', 'canceling', 'canceled', 'aborted'));
ALTER TABLE attempt ADD CONSTRAINT attempt_job FOREIGN KEY (job_id) REFERENCES job (id);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER entry_append_only   BEFORE UPDATE OR DELETE OR TRUNCATE ON entry   FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER receipt_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON receipt FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A finished job is history. Only its money may still move: a call whose bill comes late is booked all the same.
CREATE FUNCTION keep_terminal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'job % is % and never changes', OLD.id, OLD.state USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER job_terminal BEFORE UPDATE ON job FOR EACH ROW
  WHEN (OLD.state IN ('succeeded', 'failed', 'canceled', 'aborted') AND
        (NEW.state, NEW.fence, NEW.result, NEW.result_fence, NEW.error, NEW.score, NEW.ended_at, NEW.input, NEW.events, NEW.cap)
        IS DISTINCT FROM
        (OLD.state, OLD.fence, OLD.result, OLD.result_fence, OLD.error, OLD.score, OLD.ended_at, OLD.input, OLD.events, OLD.cap))
  EXECUTE FUNCTION keep_terminal();

-- ---------------------------------------------------------------- what is looked for often
CREATE INDEX job_unclaimed ON job (look_at) WHERE worker_id IS NULL AND state IN ('queued', 'parked', 'running', 'canceling');
CREATE INDEX job_claimed   ON job (worker_id) WHERE worker_id IS NOT NULL;
CREATE INDEX job_queued    ON job (tenant_id, id) WHERE state = 'queued';
CREATE INDEX hold_open     ON hold (look_at) WHERE state = 'held';
ALTER TABLE budget SET (fillfactor = 50);
ALTER TABLE job    SET (fillfactor = 70);

-- ---------------------------------------------------------------- budgets
-- The window of a tenant's day that is open now, made if it is missing. Only the database's clock decides which day it is.
CREATE FUNCTION open_windows(tenants uuid[]) RETURNS TABLE (tenant_id uuid, budget_id bigint, kind text, closes_at timestamptz)
LANGUAGE sql AS $$
  INSERT INTO budget (tenant_id, kind, subject, opens_at, closes_at, cap)
  SELECT t.id, 'tenant-day', t.id::text,
         date_trunc('day', now() AT TIME ZONE t.time_zone) AT TIME ZONE t.time_zone,
         (date_trunc('day', now() AT TIME ZONE t.time_zone) + interval '1 day') AT TIME ZONE t.time_zone,
         t.day_cap
    FROM tenant t WHERE t.id = ANY (tenants) ORDER BY t.id
  ON CONFLICT DO NOTHING;
  SELECT b.tenant_id, b.id, b.kind, b.closes_at FROM budget b
   WHERE b.tenant_id = ANY (tenants) AND b.kind = 'tenant-day' AND b.opens_at <= now() AND b.closes_at > now();
$$;

-- Sets money aside for calls that are about to be made, each in all of its scopes or in none. Requests:
--   [{attempt, job, fence, provider, model, lane, price, requestHash, maxTokens, nanos, budgets: [id], shares: [{job, fence, nanos}]}]
-- Verdicts: granted · lost (another claim has the job, or it is no longer running) · over-cap · over-budget · window-turned.
CREATE FUNCTION open_holds(requests jsonb)
RETURNS TABLE (attempt uuid, verdict text, n int, budget bigint) LANGUAGE plpgsql AS $$
DECLARE
  r record;
BEGIN
  PERFORM 1 FROM job WHERE id IN
    (SELECT (s ->> 'job')::uuid FROM jsonb_array_elements(requests) q, jsonb_array_elements(q -> 'shares') s)
    ORDER BY id FOR NO KEY UPDATE;
  PERFORM 1 FROM budget WHERE id IN
    (SELECT b::bigint FROM jsonb_array_elements(requests) q, jsonb_array_elements_text(q -> 'budgets') b)
    ORDER BY id FOR NO KEY UPDATE;
  FOR r IN SELECT * FROM jsonb_to_recordset(requests) AS x
    (attempt uuid, job uuid, fence int, provider text, model text, lane text, price text,
     "requestHash" text, "maxTokens" int, nanos bigint, budgets bigint[], shares jsonb)
  LOOP
    attempt := r.attempt; verdict := NULL; n := NULL; budget := NULL;
    SELECT CASE WHEN bool_or(j.id IS NULL OR j.fence <> s.fence OR j.state <> 'running') THEN 'lost'
                WHEN bool_or(j.spent + j.held + j.over + s.nanos > j.cap) THEN 'over-cap' END
      INTO verdict
      FROM jsonb_to_recordset(r.shares) AS s(job uuid, fence int, nanos bigint) LEFT JOIN job j ON j.id = s.job;
    IF verdict IS NULL THEN
      SELECT CASE WHEN b.closes_at <= now() THEN 'window-turned' ELSE 'over-budget' END, b.id INTO verdict, budget
        FROM budget b WHERE b.id = ANY (r.budgets)
         AND (b.closes_at <= now() OR b.spent + b.held + b.over + r.nanos > b.cap) ORDER BY b.id LIMIT 1;
    END IF;
    IF verdict IS NULL THEN
      UPDATE job j SET held = j.held + s.nanos, attempts = j.attempts + 1
        FROM jsonb_to_recordset(r.shares) AS s(job uuid, nanos bigint) WHERE j.id = s.job;
      UPDATE budget b SET held = b.held + r.nanos WHERE b.id = ANY (r.budgets);
      INSERT INTO attempt (id, job_id, n, fence, provider, model, lane, price_id, request_hash, max_tokens)
        SELECT r.attempt, r.job, j.attempts, r.fence, r.provider, r.model, r.lane, r.price, r."requestHash", r."maxTokens"
          FROM job j WHERE j.id = r.job RETURNING attempt.n INTO n;
      INSERT INTO hold (id, nanos, look_at) VALUES (r.attempt, r.nanos, now() + interval '90 seconds');
      INSERT INTO part (hold_id, job_id, budget_id, nanos)
        SELECT r.attempt, s.job, NULL, s.nanos FROM jsonb_to_recordset(r.shares) AS s(job uuid, nanos bigint)
        UNION ALL SELECT r.attempt, NULL, b, r.nanos FROM unnest(r.budgets) b;
      verdict := 'granted';
    END IF;
    RETURN NEXT;
  END LOOP;
END $$;

-- Closes holds, each once, ever. Closings:
--   [{hold, kind: settled | released | unknown, nanos (the bill; ignored unless settled), shares: [{job, nanos}] (of a pack, else null),
--     outcome, providerId, modelResolved, usage, estimated, answer, ms}]
-- What a bill exceeds its hold by goes to `over`: it counts against admission and never bends the check on the cap.
CREATE FUNCTION close_holds(closings jsonb)
RETURNS TABLE (hold uuid, verdict text) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM hold h WHERE h.id IN (SELECT (c ->> 'hold')::uuid FROM jsonb_array_elements(closings) c) ORDER BY h.id FOR UPDATE;
  PERFORM 1 FROM job WHERE id IN
    (SELECT p.job_id FROM part p JOIN hold h ON h.id = p.hold_id
      WHERE h.state = 'held' AND h.id IN (SELECT (c ->> 'hold')::uuid FROM jsonb_array_elements(closings) c))
    ORDER BY id FOR NO KEY UPDATE;
  PERFORM 1 FROM budget WHERE id IN
    (SELECT p.budget_id FROM part p JOIN hold h ON h.id = p.hold_id
      WHERE h.state = 'held' AND h.id IN (SELECT (c ->> 'hold')::uuid FROM jsonb_array_elements(closings) c))
    ORDER BY id FOR NO KEY UPDATE;
  RETURN QUERY
  WITH c AS (
    SELECT x.*, h.nanos AS set_aside,
           CASE x.kind WHEN 'settled' THEN x.nanos WHEN 'unknown' THEN h.nanos ELSE 0 END AS bill
      FROM jsonb_to_recordset(closings) AS x (hold uuid, kind text, nanos bigint, shares jsonb, outcome text, "providerId" text,
           "modelResolved" text, usage jsonb, estimated boolean, answer text, ms int)
      JOIN hold h ON h.id = x.hold AND h.state = 'held'
  ), closed AS (
    UPDATE hold h SET state = c.kind, closed_at = now(), actual = c.bill FROM c WHERE h.id = c.hold RETURNING h.id
  ), told AS (
    UPDATE attempt a SET outcome = c.outcome, provider_id = c."providerId", model_resolved = c."modelResolved", usage = c.usage,
           estimated = coalesce(c.estimated, false), answer = c.answer, ms = c.ms
      FROM c WHERE a.id = c.hold
  ), billed AS (
    SELECT p.id, p.hold_id, p.job_id, p.budget_id, p.nanos, c.kind, a.price_id,
           CASE WHEN c.kind = 'unknown' THEN p.nanos
                WHEN p.job_id IS NULL OR c.shares IS NULL THEN c.bill
                ELSE (SELECT s.nanos FROM jsonb_to_recordset(c.shares) AS s(job uuid, nanos bigint) WHERE s.job = p.job_id) END AS actual
      FROM c JOIN part p ON p.hold_id = c.hold JOIN attempt a ON a.id = c.hold
  ), parts AS (
    UPDATE part p SET actual = b.actual FROM billed b WHERE p.id = b.id
  ), jobs AS (
    UPDATE job j SET held = j.held - d.nanos, spent = j.spent + d.booked, over = j.over + d.beyond
      FROM (SELECT b.job_id, sum(b.nanos)::bigint AS nanos, sum(least(b.actual, b.nanos))::bigint AS booked,
                   sum(greatest(b.actual - b.nanos, 0))::bigint AS beyond FROM billed b WHERE b.job_id IS NOT NULL GROUP BY 1) d
     WHERE j.id = d.job_id
  ), budgets AS (
    UPDATE budget g SET held = g.held - d.nanos, spent = g.spent + d.booked, over = g.over + d.beyond
      FROM (SELECT b.budget_id, sum(b.nanos)::bigint AS nanos, sum(least(b.actual, b.nanos))::bigint AS booked,
                   sum(greatest(b.actual - b.nanos, 0))::bigint AS beyond FROM billed b WHERE b.budget_id IS NOT NULL GROUP BY 1) d
     WHERE g.id = d.budget_id
  ), entries AS (
    INSERT INTO entry (kind, hold_id, job_id, budget_id, nanos, price_id)
    SELECT b.kind, b.hold_id, b.job_id, b.budget_id, b.actual, b.price_id FROM billed b ORDER BY b.id
  )
  SELECT (q ->> 'hold')::uuid, CASE WHEN closed.id IS NULL THEN 'closed-before' ELSE 'closed' END
    FROM jsonb_array_elements(closings) q LEFT JOIN closed ON closed.id = (q ->> 'hold')::uuid;
END $$;

-- ---------------------------------------------------------------- jobs
-- The one writer of a job's state after its claim. Moves:
--   [{job, fence (null: whatever it is), from: [state], state, path, worker (null: let go), stage, lane, tier, model, plan, result, score,
--     error, parkedUntil, lookAfterMs, queue (null: no hint), booked (what the receipt says was booked; null: not checked),
--     receipt: {id, body} | null, events: [{kind, data}]}]
-- Verdicts: moved · lost (another fence, or gone) · canceling (asked to stop meanwhile) · rebook (money moved since the receipt was made).
CREATE FUNCTION move_jobs(moves jsonb)
RETURNS TABLE (job uuid, verdict text) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM job j WHERE j.id IN (SELECT (m ->> 'job')::uuid FROM jsonb_array_elements(moves) m) ORDER BY j.id FOR NO KEY UPDATE;
  RETURN QUERY
  WITH m AS (
    SELECT x.*, j.events AS told, j.tenant_id, j.priority, j.hint,
           CASE WHEN j.id IS NULL OR (x.fence IS NOT NULL AND j.fence <> x.fence) THEN 'lost'
                WHEN NOT j.state = ANY (x."from") THEN CASE WHEN j.state = 'canceling' THEN 'canceling' ELSE 'lost' END
                WHEN x.booked IS NOT NULL AND x.booked <> j.spent + j.over THEN 'rebook'
                ELSE 'moved' END AS verdict
      FROM jsonb_to_recordset(moves) AS x (job uuid, fence int, "from" text[], state text, path text, stage text, lane text, tier text,
           model text, plan jsonb, result jsonb, score float8, error jsonb, "parkedUntil" timestamptz, "lookAfterMs" bigint, queue text,
           booked bigint, receipt jsonb, events jsonb)
      LEFT JOIN job j ON j.id = x.job
  ), moved AS (
    UPDATE job j SET
      state = m.state, path = coalesce(m.path, j.path), worker_id = NULL, run_until = NULL, fence = j.fence + (m.fence IS NULL)::int,
      stage = coalesce(m.stage, j.stage), lane = coalesce(m.lane, j.lane), tier = coalesce(m.tier, j.tier),
      model = coalesce(m.model, j.model), plan = coalesce(m.plan, j.plan), result = coalesce(m.result, j.result),
      score = coalesce(m.score, j.score), error = coalesce(m.error, j.error), parked_until = m."parkedUntil",
      look_at = now() + make_interval(secs => coalesce(m."lookAfterMs", 30000) / 1000.0),
      hint = j.hint + (m.queue IS NOT NULL)::int, events = j.events + jsonb_array_length(m.events),
      result_fence = CASE WHEN m.receipt IS NULL THEN j.result_fence ELSE j.fence END,
      started_at = coalesce(j.started_at, CASE WHEN m.receipt IS NULL THEN NULL ELSE
        (SELECT min(a.sent_at) FROM attempt a WHERE a.job_id = j.id) END),
      ended_at = CASE WHEN m.receipt IS NULL THEN NULL ELSE clock_timestamp() END
      FROM m WHERE j.id = m.job AND m.verdict = 'moved'
    RETURNING j.id
  ), hinted AS (
    INSERT INTO outbox (queue, tenant_id, priority, ref, hint)
    SELECT m.queue, m.tenant_id, m.priority, m.job, m.hint + 1 FROM m WHERE m.verdict = 'moved' AND m.queue IS NOT NULL
  ), told AS (
    INSERT INTO event (job_id, n, kind, data)
    SELECT m.job, m.told + e.i, e.event ->> 'kind', e.event -> 'data'
      FROM m, jsonb_array_elements(m.events) WITH ORDINALITY AS e(event, i) WHERE m.verdict = 'moved'
  ), receipts AS (
    INSERT INTO receipt (job_id, id, tenant_id, last_entry, body)
    SELECT m.job, (m.receipt ->> 'id')::uuid, m.tenant_id,
           coalesce((SELECT max(e.id) FROM entry e WHERE e.job_id = m.job), 0), m.receipt -> 'body'
      FROM m WHERE m.verdict = 'moved' AND m.receipt IS NOT NULL
  )
  SELECT m.job, m.verdict FROM m;
END $$;

-- Takes rows from workers that are gone, or that overran their time, and sends them out again. Jobs asked to stop stay `canceling`:
-- the keeper ends them once their holds are closed.
-- `death` is 1 where the process died, 0 where it left politely.
CREATE FUNCTION give_back(workers uuid[], death int) RETURNS TABLE (job uuid, state text, deaths int) LANGUAGE sql AS $$
  WITH lost AS (
    SELECT j.id FROM job j WHERE j.worker_id IS NOT NULL AND (j.worker_id = ANY (workers) OR (death = 1 AND j.run_until < now()))
     ORDER BY j.id LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED
  ), back AS (
    UPDATE job j SET fence = j.fence + 1, deaths = j.deaths + death, worker_id = NULL, run_until = NULL, hint = j.hint + 1,
           state = CASE WHEN j.state = 'canceling' THEN 'canceling' ELSE 'queued' END,
           look_at = now() + interval '30 seconds'
      FROM lost WHERE j.id = lost.id RETURNING j.id, j.tenant_id, j.priority, j.hint, j.path, j.state, j.deaths
  ), hinted AS (
    INSERT INTO outbox (queue, tenant_id, priority, ref, hint)
    SELECT CASE back.path WHEN 'intake' THEN 'analyses' WHEN 'enrich' THEN 'enrichments' ELSE 'executions' END,
           back.tenant_id, 9, back.id, back.hint FROM back WHERE back.state = 'queued'
  )
  SELECT back.id, back.state, back.deaths FROM back;
$$;
