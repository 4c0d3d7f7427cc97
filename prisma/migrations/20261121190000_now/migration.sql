-- Fewer commits for the same promises: each statement below does what two did, and nothing leaves or ends before it is written.

-- As before, and: a call that leaves at once is written down as sent with its hold (`sends`). The last gate is this one then: fence and state
-- are read under the lock of the job, and no grant means no send.
CREATE OR REPLACE FUNCTION open_holds(requests jsonb)
RETURNS TABLE (attempt uuid, verdict text, n int, budget bigint) LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  jobs uuid[]; fences int[]; runs boolean[]; rooms bigint[]; tries int[]; ruled int[];
  scopes bigint[]; turned boolean[]; scope_rooms bigint[];
  granted uuid[]; numbers int[];
  r record; s record; k int; b bigint; shared bigint; leads boolean;
BEGIN
  -- Locked and read in one: a row that had to be waited for is read as it is now.
  SELECT array_agg(j.id), array_agg(j.fence), array_agg(j.state = 'running'), array_agg(j.cap - j.spent - j.held - j.over), array_agg(j.attempts),
         array_agg(j.ruled)
    INTO jobs, fences, runs, rooms, tries, ruled
    FROM (SELECT job.*, (SELECT t.rules FROM tenant t WHERE t.id = job.tenant_id) AS ruled FROM job WHERE id = ANY (ARRAY(
            SELECT (x ->> 'job')::uuid FROM jsonb_array_elements(requests) q, jsonb_array_elements(q -> 'shares') x))
           ORDER BY id FOR NO KEY UPDATE) j;
  SELECT array_agg(g.id), array_agg(g.closes_at <= now()),
         array_agg(least(g.cap, g.target) - g.spent - g.held - g.over)
    INTO scopes, turned, scope_rooms
    FROM (SELECT * FROM budget WHERE id = ANY (ARRAY(
            SELECT x::bigint FROM jsonb_array_elements(requests) q, jsonb_array_elements_text(q -> 'budgets') x))
           ORDER BY id FOR NO KEY UPDATE) g;
  FOR r IN SELECT * FROM jsonb_to_recordset(requests) AS x (attempt uuid, job uuid, nanos bigint, rules int, budgets bigint[], shares jsonb)
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
      IF cardinality(r.budgets) > 0 IS NOT TRUE OR ruled[array_position(jobs, r.job)] <> coalesce(r.rules, 0) THEN
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
           "requestHash" text, "maxTokens" int, sends boolean, nanos bigint, budgets bigint[], shares jsonb) ON x.attempt = g.attempt
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
    INSERT INTO attempt (id, job_id, n, fence, provider, model, lane, price_id, request_hash, max_tokens, sent_at)
    SELECT q.attempt, q.job, q.n, q.fence, q.provider, q.model, q.lane, q.price, q."requestHash", q."maxTokens",
           CASE WHEN q.sends THEN date_trunc('milliseconds', now()) END FROM q
  ), holds AS (
    INSERT INTO hold (id, nanos, look_at) SELECT q.attempt, q.nanos, now() + interval '90 seconds' FROM q
  )
  INSERT INTO part (hold_id, job_id, budget_id, nanos) SELECT given.attempt, given.job, given.budget, given.nanos FROM given;
END $$;

-- Closes the holds of calls and ends their jobs, in one. As close_holds, then move_jobs; a move that is refused closes its holds all the same,
-- since what was paid for is booked by whoever has it. All locks are taken here first, in the one order: holds, then every job, then budgets.
CREATE FUNCTION finish_jobs(closings jsonb, moves jsonb)
RETURNS TABLE (job uuid, verdict text) LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  holds uuid[] := ARRAY(SELECT (c ->> 'hold')::uuid FROM jsonb_array_elements(closings) c);
BEGIN
  PERFORM 1 FROM hold h WHERE h.id = ANY (holds) ORDER BY h.id FOR UPDATE;
  PERFORM 1 FROM job j WHERE j.id = ANY (ARRAY(SELECT (m ->> 'job')::uuid FROM jsonb_array_elements(moves) m)
                                      || ARRAY(SELECT p.job_id FROM part p WHERE p.hold_id = ANY (holds) AND p.job_id IS NOT NULL))
   ORDER BY j.id FOR NO KEY UPDATE;
  PERFORM close_holds(closings);
  RETURN QUERY SELECT * FROM move_jobs(moves);
END $$;

-- Tells what a claim has to tell while its call is under way: [{job, fence, events: [{kind, data}]}], each job once. Not after the end, nor
-- by a claim that has lost the job.
CREATE FUNCTION tell_events(told jsonb) RETURNS TABLE (job uuid) LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  PERFORM 1 FROM job j WHERE j.id = ANY (ARRAY(SELECT (t ->> 'job')::uuid FROM jsonb_array_elements(told) t)) ORDER BY j.id FOR NO KEY UPDATE;
  RETURN QUERY
  WITH t AS (
    SELECT x.job, x.events, j.events AS before FROM jsonb_to_recordset(told) AS x (job uuid, fence int, events jsonb)
      JOIN job j ON j.id = x.job AND j.fence = x.fence AND j.state IN ('running', 'canceling')
  ), counted AS (
    UPDATE job j SET events = j.events + jsonb_array_length(t.events) FROM t WHERE j.id = t.job
  ), written AS (
    INSERT INTO event (job_id, n, kind, data)
    SELECT t.job, t.before + e.i, e.event ->> 'kind', e.event -> 'data' FROM t, jsonb_array_elements(t.events) WITH ORDINALITY AS e (event, i)
  )
  SELECT t.job FROM t;
END $$;
