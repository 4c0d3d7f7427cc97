-- What the database itself refuses, and the few functions through which all money and every change of a job's state go.
-- Every statement that touches several rows locks in one order: holds, then jobs, then budgets, each by id. So nothing deadlocks.

-- ---------------------------------------------------------------- rules of money
ALTER TABLE job    ADD CONSTRAINT job_money    CHECK (spent >= 0 AND held >= 0 AND over >= 0 AND spent + held <= cap);
ALTER TABLE budget ADD CONSTRAINT budget_money CHECK (spent >= 0 AND held >= 0 AND over >= 0 AND spent + held <= cap);
ALTER TABLE hold   ADD CONSTRAINT hold_state   CHECK (state IN ('held', 'settled', 'released', 'unknown') AND nanos >= 0);
ALTER TABLE entry  ADD CONSTRAINT entry_kind   CHECK (kind IN ('settled', 'released', 'unknown', 'corrected'));
ALTER TABLE entry  ADD CONSTRAINT entry_scope  CHECK (num_nonnulls(job_id, budget_id) = 1);
ALTER TABLE entry  ADD CONSTRAINT entry_sign   CHECK (nanos >= 0 OR kind = 'corrected');
ALTER TABLE part   ADD CONSTRAINT part_scope   CHECK (num_nonnulls(job_id, budget_id) = 1);
ALTER TABLE part   ADD CONSTRAINT part_sign    CHECK (nanos >= 0 AND actual >= 0);
ALTER TABLE price  ADD CONSTRAINT price_signs  CHECK (input > 0 AND output > 0 AND cache_read >= 0 AND cache_write >= 0);
ALTER TABLE job    ADD CONSTRAINT job_state    CHECK (state IN
  ('queued', 'running', 'parked', 'succeeded', 'failed', 'canceling', 'canceled', 'aborted'));

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
        (NEW.id, NEW.tenant_id, NEW.batch_id, NEW.task, NEW.version, NEW.input, NEW.metadata, NEW.state, NEW.lane, NEW.plan, NEW.tier, NEW.model,
         NEW.fence, NEW.worker_id, NEW.started_at, NEW.ended_at, NEW.deadline_at, NEW.cap, NEW.events, NEW.score, NEW.result, NEW.result_fence,
         NEW.error)
        IS DISTINCT FROM
        (OLD.id, OLD.tenant_id, OLD.batch_id, OLD.task, OLD.version, OLD.input, OLD.metadata, OLD.state, OLD.lane, OLD.plan, OLD.tier, OLD.model,
         OLD.fence, OLD.worker_id, OLD.started_at, OLD.ended_at, OLD.deadline_at, OLD.cap, OLD.events, OLD.score, OLD.result, OLD.result_fence,
         OLD.error))
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
  SELECT t.id, 'tenant-day', t.id::text, w.opens_at, w.closes_at, t.day_cap
    FROM tenant t CROSS JOIN LATERAL (
      -- The neighbours too: where clocks go back over midnight, the new day has begun by the calendar an hour before it opens.
      SELECT day AT TIME ZONE t.time_zone AS opens_at, (day + interval '1 day') AT TIME ZONE t.time_zone AS closes_at
        FROM date_trunc('day', now() AT TIME ZONE t.time_zone) AS today,
             generate_series(today - interval '1 day', today + interval '1 day', interval '1 day') AS day) w
   WHERE t.id = ANY (tenants) AND w.opens_at <= now() AND w.closes_at > now() ORDER BY t.id
  ON CONFLICT DO NOTHING;
  SELECT b.tenant_id, b.id, b.kind, b.closes_at FROM budget b
   WHERE b.tenant_id = ANY (tenants) AND b.kind = 'tenant-day' AND b.opens_at <= now() AND b.closes_at > now();
$$;

-- The functions below are planned once a connection, often while the tables are still empty, and kept as the tables grow: only plans that
-- go by keys may be kept. Hence their settings.

-- Sets money aside for calls that are about to be made, each in all of its scopes or in none. Requests:
--   [{attempt, job, fence, provider, model, lane, price, requestHash, maxTokens, nanos, budgets: [id], shares: [{job, fence, nanos}]}]
-- Verdicts: granted · lost (another claim has the job, or it is no longer running) · over-cap · over-budget · window-turned (also: a budget
-- that is not there, or none named: no call is outside of every budget).
CREATE FUNCTION open_holds(requests jsonb)
RETURNS TABLE (attempt uuid, verdict text, n int, budget bigint) LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  jobs uuid[]; fences int[]; runs boolean[]; rooms bigint[]; tries int[];
  scopes bigint[]; turned boolean[]; scope_rooms bigint[];
  granted uuid[]; numbers int[];
  r record; s record; k int; b bigint; shared bigint; leads boolean;
BEGIN
  -- Locked and read in one: a row that had to be waited for is read as it is now.
  SELECT array_agg(j.id), array_agg(j.fence), array_agg(j.state = 'running'), array_agg(j.cap - j.spent - j.held - j.over), array_agg(j.attempts)
    INTO jobs, fences, runs, rooms, tries
    FROM (SELECT * FROM job WHERE id = ANY (ARRAY(
            SELECT (x ->> 'job')::uuid FROM jsonb_array_elements(requests) q, jsonb_array_elements(q -> 'shares') x))
           ORDER BY id FOR NO KEY UPDATE) j;
  SELECT array_agg(g.id), array_agg(g.closes_at <= now()), array_agg(g.cap - g.spent - g.held - g.over)
    INTO scopes, turned, scope_rooms
    FROM (SELECT * FROM budget WHERE id = ANY (ARRAY(
            SELECT x::bigint FROM jsonb_array_elements(requests) q, jsonb_array_elements_text(q -> 'budgets') x))
           ORDER BY id FOR NO KEY UPDATE) g;
  FOR r IN SELECT * FROM jsonb_to_recordset(requests) AS x (attempt uuid, job uuid, nanos bigint, budgets bigint[], shares jsonb)
  LOOP
    attempt := r.attempt; verdict := NULL; n := NULL; budget := NULL; shared := 0; leads := false;
    FOR s IN SELECT * FROM jsonb_to_recordset(r.shares) AS x (job uuid, fence int, nanos bigint)
    LOOP
      k := array_position(jobs, s.job);
      shared := shared + s.nanos;
      IF s.job = r.job THEN
        leads := true;
        n := tries[k] + 1;
      END IF;
      IF k IS NULL OR fences[k] <> s.fence OR NOT runs[k] THEN
        verdict := 'lost';
      ELSIF verdict IS NULL AND s.nanos > rooms[k] THEN
        verdict := 'over-cap';
      END IF;
    END LOOP;
    IF shared IS DISTINCT FROM r.nanos OR NOT leads THEN
      RAISE EXCEPTION 'the shares of attempt % do not make up its hold', r.attempt USING ERRCODE = 'data_exception';
    END IF;
    IF verdict IS NULL THEN
      IF cardinality(r.budgets) > 0 IS NOT TRUE THEN
        verdict := 'window-turned';
      ELSE
        FOREACH b IN ARRAY r.budgets LOOP
          k := array_position(scopes, b);
          IF k IS NULL OR turned[k] THEN
            verdict := 'window-turned';
          ELSIF verdict IS NULL AND r.nanos > scope_rooms[k] THEN
            verdict := 'over-budget';
          ELSE
            CONTINUE;
          END IF;
          budget := b;
        END LOOP;
      END IF;
    END IF;
    IF verdict IS NULL THEN
      verdict := 'granted';
      granted := granted || r.attempt;
      numbers := numbers || n;
      FOR s IN SELECT * FROM jsonb_to_recordset(r.shares) AS x (job uuid, nanos bigint)
      LOOP
        k := array_position(jobs, s.job);
        rooms[k] := rooms[k] - s.nanos;
        tries[k] := tries[k] + 1;
      END LOOP;
      FOREACH b IN ARRAY r.budgets LOOP
        k := array_position(scopes, b);
        scope_rooms[k] := scope_rooms[k] - r.nanos;
      END LOOP;
    ELSE
      n := NULL;
    END IF;
    RETURN NEXT;
  END LOOP;
  IF granted IS NULL THEN
    RETURN;
  END IF;
  WITH q AS (
    SELECT x.*, g.n FROM unnest(granted, numbers) AS g (attempt, n)
      JOIN jsonb_to_recordset(requests) AS x (attempt uuid, job uuid, fence int, provider text, model text, lane text, price text,
           "requestHash" text, "maxTokens" int, nanos bigint, budgets bigint[], shares jsonb) ON x.attempt = g.attempt
  ), given AS (
    SELECT q.attempt, x.job, NULL::bigint AS budget, x.nanos FROM q, jsonb_to_recordset(q.shares) AS x (job uuid, nanos bigint)
    UNION ALL SELECT q.attempt, NULL, x, q.nanos FROM q, unnest(q.budgets) AS x
  ), jobs_held AS (
    UPDATE job j SET held = j.held + d.nanos, attempts = j.attempts + d.tries
      FROM (SELECT given.job, sum(given.nanos)::bigint AS nanos, count(*)::int AS tries FROM given WHERE given.job IS NOT NULL GROUP BY 1) d
     WHERE j.id = d.job
  ), budgets_held AS (
    UPDATE budget g SET held = g.held + d.nanos
      FROM (SELECT given.budget, sum(given.nanos)::bigint AS nanos FROM given WHERE given.budget IS NOT NULL GROUP BY 1) d
     WHERE g.id = d.budget
  ), attempts AS (
    INSERT INTO attempt (id, job_id, n, fence, provider, model, lane, price_id, request_hash, max_tokens)
    SELECT q.attempt, q.job, q.n, q.fence, q.provider, q.model, q.lane, q.price, q."requestHash", q."maxTokens" FROM q
  ), holds AS (
    INSERT INTO hold (id, nanos, look_at) SELECT q.attempt, q.nanos, now() + interval '90 seconds' FROM q
  )
  INSERT INTO part (hold_id, job_id, budget_id, nanos) SELECT given.attempt, given.job, given.budget, given.nanos FROM given;
END $$;

-- Closes holds, each once, ever. Closings:
--   [{hold, kind: settled | released | unknown, nanos (the bill; ignored unless settled), shares: [{job, nanos}] (of a pack, else null),
--     outcome, providerId, modelResolved, usage, estimated, answer, ms}]
-- What a bill exceeds its hold by goes to `over`: it counts against admission and never bends the check on the cap.
CREATE FUNCTION close_holds(closings jsonb)
RETURNS TABLE (hold uuid, verdict text) LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  open_ids uuid[]; job_ids uuid[]; budget_ids bigint[];
BEGIN
  open_ids := ARRAY(SELECT h.id FROM hold h WHERE h.id = ANY (ARRAY(SELECT (c ->> 'hold')::uuid FROM jsonb_array_elements(closings) c))
                       AND h.state = 'held' ORDER BY h.id FOR UPDATE);
  SELECT array_agg(DISTINCT p.job_id), array_agg(DISTINCT p.budget_id) INTO job_ids, budget_ids FROM part p WHERE p.hold_id = ANY (open_ids);
  PERFORM 1 FROM job WHERE id = ANY (job_ids) ORDER BY id FOR NO KEY UPDATE;
  PERFORM 1 FROM budget WHERE id = ANY (budget_ids) ORDER BY id FOR NO KEY UPDATE;
  RETURN QUERY
  WITH c AS (
    SELECT x.*, h.nanos AS set_aside, h.id IS NOT NULL AND row_number() OVER (PARTITION BY x.hold ORDER BY x.place) = 1 AS closes,
           CASE x.kind WHEN 'settled' THEN x.nanos WHEN 'unknown' THEN h.nanos ELSE 0 END AS bill
      FROM ROWS FROM (jsonb_to_recordset(closings) AS (hold uuid, kind text, nanos bigint, shares jsonb, outcome text, "providerId" text,
           "modelResolved" text, usage jsonb, estimated boolean, answer text, ms int)) WITH ORDINALITY AS x (hold, kind, nanos, shares, outcome,
           "providerId", "modelResolved", usage, estimated, answer, ms, place)
      LEFT JOIN hold h ON h.id = x.hold AND h.id = ANY (open_ids)
  ), closed AS (
    UPDATE hold h SET state = c.kind, closed_at = now(), actual = c.bill FROM c WHERE h.id = c.hold AND c.closes
  ), told AS (
    UPDATE attempt a SET outcome = c.outcome, provider_id = c."providerId", model_resolved = c."modelResolved", usage = c.usage,
           estimated = coalesce(c.estimated, false), answer = c.answer, ms = c.ms
      FROM c WHERE a.id = c.hold AND c.closes RETURNING a.id, a.price_id
  ), billed AS (
    SELECT p.id, p.hold_id, p.job_id, p.budget_id, p.nanos, c.kind, told.price_id,
           CASE WHEN c.kind = 'unknown' THEN p.nanos
                WHEN c.kind = 'released' OR p.job_id IS NULL OR c.shares IS NULL THEN c.bill
                ELSE (SELECT s.nanos FROM jsonb_to_recordset(c.shares) AS s(job uuid, nanos bigint) WHERE s.job = p.job_id) END AS actual
      FROM c JOIN told ON told.id = c.hold JOIN part p ON p.hold_id = c.hold WHERE c.closes
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
  SELECT c.hold, CASE WHEN c.closes THEN 'closed' ELSE 'closed-before' END FROM c ORDER BY c.place;
END $$;

-- ---------------------------------------------------------------- jobs
-- The one writer of a job's state after its claim. Moves:
--   [{job, fence (null: whatever it is), from: [state], state, path, worker (null: let go), stage, lane, tier, model, plan, result, score,
--     error, parkedUntil, lookAfterMs, queue (null: no hint), booked (what the receipt says was booked; null: not checked),
--     receipt: {id, body} | null, events: [{kind, data}]}]
-- Verdicts: moved · lost (another fence, or gone) · canceling (asked to stop meanwhile) · rebook (money moved since the receipt was made).
CREATE FUNCTION move_jobs(moves jsonb)
RETURNS TABLE (job uuid, verdict text) LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  ids uuid[] := ARRAY(SELECT (m ->> 'job')::uuid FROM jsonb_array_elements(moves) m);
BEGIN
  IF (SELECT count(DISTINCT id) FROM unnest(ids) id) < cardinality(ids) THEN
    RAISE EXCEPTION 'a job is moved twice in one statement' USING ERRCODE = 'cardinality_violation';
  END IF;
  PERFORM 1 FROM job j WHERE j.id = ANY (ids) ORDER BY j.id FOR NO KEY UPDATE;
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
    SELECT j.id, j.state FROM job j WHERE j.worker_id IS NOT NULL AND (j.worker_id = ANY (workers) OR (death = 1 AND j.run_until < now()))
     ORDER BY j.id LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED
  ), back AS (
    UPDATE job j SET fence = j.fence + 1, deaths = j.deaths + death, worker_id = NULL, run_until = NULL, hint = j.hint + 1,
           state = CASE WHEN j.state = 'canceling' THEN 'canceling' ELSE 'queued' END,
           events = j.events + (j.state = 'running')::int, look_at = now() + interval '30 seconds'
      FROM lost WHERE j.id = lost.id
    RETURNING j.id, j.tenant_id, j.hint, j.path, j.state, j.deaths, j.events, lost.state = 'running' AS ran
  ), told AS (
    INSERT INTO event (job_id, n, kind, data)
    SELECT back.id, back.events, 'state', jsonb_build_object('state', 'queued', 'at', to_char(now(), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
      FROM back WHERE back.ran
  ), hinted AS (
    INSERT INTO outbox (queue, tenant_id, priority, ref, hint)
    SELECT CASE back.path WHEN 'intake' THEN 'analyses' WHEN 'enrich' THEN 'enrichments' ELSE 'executions' END,
           back.tenant_id, 9, back.id, back.hint FROM back WHERE back.state = 'queued'
  )
  SELECT back.id, back.state, back.deaths FROM back;
$$;
