-- Budgets beside a tenant's day: its month, an end user's day, a batch, a source's day. Caps are rules that a tenant sets; windows take them
-- over when they open. And corrections: what a provider's own account says, booked as entries of its own.

-- AlterTable
ALTER TABLE "budget" ADD COLUMN     "target" BIGINT;

-- AlterTable
ALTER TABLE "job" ADD COLUMN     "end_user" TEXT,
ADD COLUMN     "parked_scope" TEXT,
ADD COLUMN     "wants" BIGINT;

-- AlterTable
ALTER TABLE "part" ADD COLUMN     "over" BIGINT;

-- AlterTable
ALTER TABLE "tenant" ADD COLUMN     "rules" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "budget_rule" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "cap" BIGINT,
    "next_cap" BIGINT,
    "next_from" TIMESTAMPTZ(3),
    "set_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "budget_rule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "budget_alert" (
    "budget_id" BIGINT NOT NULL,
    "percent" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "budget_alert_pkey" PRIMARY KEY ("budget_id","percent")
);

-- CreateTable
CREATE TABLE "bill" (
    "attempt" UUID NOT NULL,
    "invoice" TEXT NOT NULL,
    "nanos" BIGINT NOT NULL,
    "last_line" BIGINT NOT NULL,
    "checked" BOOLEAN NOT NULL DEFAULT false,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "bill_pkey" PRIMARY KEY ("attempt")
);

-- CreateTable
CREATE TABLE "invoice_mark" (
    "invoice" TEXT NOT NULL,
    "last_line" BIGINT NOT NULL,
    "read_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "invoice_mark_pkey" PRIMARY KEY ("invoice")
);

-- CreateTable
CREATE TABLE "tick" (
    "name" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3),

    CONSTRAINT "tick_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE UNIQUE INDEX "budget_rule_tenant_id_kind_name_key" ON "budget_rule"("tenant_id", "kind", "name");

-- CreateIndex
CREATE INDEX "budget_closes_at_idx" ON "budget"("closes_at");

-- AddForeignKey
ALTER TABLE "budget_rule" ADD CONSTRAINT "budget_rule_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "budget_alert" ADD CONSTRAINT "budget_alert_budget_id_fkey" FOREIGN KEY ("budget_id") REFERENCES "budget"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE budget      ADD CONSTRAINT budget_kind      CHECK (kind IN ('tenant-day', 'tenant-month', 'end-user', 'batch', 'source-day'));
ALTER TABLE budget      ADD CONSTRAINT budget_target    CHECK (target >= 0);
ALTER TABLE budget_rule ADD CONSTRAINT budget_rule_kind CHECK (kind IN ('tenant-day', 'tenant-month', 'end-user', 'batch', 'source-day'));
ALTER TABLE budget_rule ADD CONSTRAINT budget_rule_caps CHECK (cap >= 0 AND next_cap >= 0 AND (next_cap IS NULL) = (next_from IS NULL)
                                                               AND num_nonnulls(cap, next_cap) > 0);
ALTER TABLE part        ADD CONSTRAINT part_over        CHECK (over >= 0 AND over <= actual);
ALTER TABLE bill        ADD CONSTRAINT bill_sign        CHECK (nanos >= 0);

CREATE INDEX job_parked     ON job (tenant_id, parked_scope, id) WHERE state = 'parked';
CREATE INDEX job_resumed    ON job (tenant_id, parked_scope) INCLUDE (wants) WHERE state = 'queued' AND wants IS NOT NULL;
CREATE INDEX bill_unchecked ON bill (attempt) WHERE NOT checked;
CREATE INDEX hold_unknown   ON hold (id) WHERE state = 'unknown' AND actual > 0;

-- ---------------------------------------------------------------- windows
-- What a kind's budgets are counted by. Names are unique within a tenant; a batch's id is unique by itself.
CREATE FUNCTION budget_subject(of_tenant uuid, of_kind text, of_name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE of_kind WHEN 'batch' THEN of_name WHEN 'end-user' THEN of_tenant || '/' || of_name WHEN 'source-day' THEN of_tenant || '/' || of_name
                      ELSE of_tenant::text END
$$;

-- The window of a kind that holds a moment. By the calendar of the zone: where clocks change, a day has 23 or 25 hours. The neighbours too:
-- where clocks go back over midnight, the new day has begun by the calendar an hour before it opens.
CREATE FUNCTION window_at(of_kind text, zone text, moment timestamptz) RETURNS TABLE (opens_at timestamptz, closes_at timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT w.opens_at, w.closes_at
    FROM (SELECT CASE of_kind WHEN 'tenant-month' THEN 'month' ELSE 'day' END AS unit,
                 CASE of_kind WHEN 'tenant-month' THEN interval '1 month' ELSE interval '1 day' END AS step) AS u,
         date_trunc(u.unit, moment AT TIME ZONE zone) AS today,
         generate_series(today - u.step, today + u.step, u.step) AS start,
         LATERAL (SELECT start AT TIME ZONE zone AS opens_at, (start + u.step) AT TIME ZONE zone AS closes_at) w
   WHERE of_kind <> 'batch' AND w.opens_at <= moment AND w.closes_at > moment
   UNION ALL
  SELECT timestamptz '2000-01-01 00:00:00Z', timestamptz '9999-01-01 00:00:00Z' WHERE of_kind = 'batch'
$$;

-- The cap of a window that opens then; null: the scope has none, so nothing is counted for it.
CREATE FUNCTION cap_at(of_tenant uuid, of_kind text, of_name text, opens timestamptz) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
  found_cap bigint;
BEGIN
  SELECT CASE WHEN r.next_from <= opens THEN r.next_cap ELSE r.cap END INTO found_cap
    FROM budget_rule r WHERE r.tenant_id = of_tenant AND r.kind = of_kind AND r.name = of_name;
  IF found_cap IS NULL AND of_kind = 'tenant-day' THEN
    SELECT t.day_cap INTO found_cap FROM tenant t WHERE t.id = of_tenant;
  ELSIF found_cap IS NULL AND of_kind = 'batch' THEN
    SELECT b.cap INTO found_cap FROM batch b WHERE b.id = of_name::uuid AND b.tenant_id = of_tenant;
  END IF;
  RETURN found_cap;
END $$;

-- The budgets that a call counts against now, made where they are missing: the tenant's day always, the others where they have a cap. Only
-- the database's clock decides which window it is. `rules` is read first: a cap that is set meanwhile makes the answer one to ask for again.
DROP FUNCTION open_windows(uuid[]);
CREATE FUNCTION open_windows(of_tenant uuid, of_user text, of_batch uuid, of_source text)
RETURNS TABLE (budget_id bigint, kind text, name text, closes_at timestamptz, rules int) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  known int;
BEGIN
  SELECT t.rules INTO known FROM tenant t WHERE t.id = of_tenant;
  INSERT INTO budget (tenant_id, kind, subject, opens_at, closes_at, cap)
  SELECT of_tenant, s.kind, budget_subject(of_tenant, s.kind, s.name), w.opens_at, w.closes_at, cap_at(of_tenant, s.kind, s.name, w.opens_at)
    FROM (VALUES ('tenant-day', ''), ('tenant-month', ''), ('end-user', of_user), ('batch', of_batch::text), ('source-day', of_source)) AS s (kind, name)
    JOIN tenant t ON t.id = of_tenant CROSS JOIN LATERAL window_at(s.kind, t.time_zone, now()) w
   WHERE s.name IS NOT NULL AND cap_at(of_tenant, s.kind, s.name, w.opens_at) IS NOT NULL ORDER BY s.kind
  ON CONFLICT DO NOTHING;
  RETURN QUERY
  SELECT b.id, s.kind, s.name, b.closes_at, known
    FROM (VALUES ('tenant-day', ''), ('tenant-month', ''), ('end-user', of_user), ('batch', of_batch::text), ('source-day', of_source)) AS s (kind, name)
    JOIN budget b ON b.kind = s.kind AND b.subject = budget_subject(of_tenant, s.kind, s.name) AND b.opens_at <= now() AND b.closes_at > now()
   WHERE s.name IS NOT NULL ORDER BY b.closes_at DESC, b.id;
END $$;

-- The windows behind those that close soon, so that the turn of a day finds them made.
CREATE FUNCTION make_windows_ahead(ahead interval, most int) RETURNS int LANGUAGE sql AS $$
  WITH made AS (
    INSERT INTO budget (tenant_id, kind, subject, opens_at, closes_at, cap)
    SELECT b.tenant_id, b.kind, b.subject, w.opens_at, w.closes_at, n.cap
      FROM (SELECT * FROM budget WHERE closes_at > now() AND closes_at <= now() + ahead ORDER BY closes_at, id LIMIT most) b
      JOIN tenant t ON t.id = b.tenant_id CROSS JOIN LATERAL window_at(b.kind, t.time_zone, b.closes_at) w
     CROSS JOIN LATERAL (SELECT cap_at(b.tenant_id, b.kind, CASE WHEN b.kind IN ('end-user', 'source-day') THEN substr(b.subject, 38) ELSE '' END,
                                       w.opens_at) AS cap) n
     WHERE n.cap IS NOT NULL AND NOT EXISTS (SELECT 1 FROM budget x WHERE x.kind = b.kind AND x.subject = b.subject AND x.opens_at = w.opens_at)
     ORDER BY b.kind, b.subject
    ON CONFLICT DO NOTHING RETURNING 1)
  SELECT count(*)::int FROM made
$$;

-- Sets a cap, for the open window and those behind it or only for those. A cap under what is spent and held closes the window where it
-- stands: nothing more is let in (`target`), and the check on the cap is never bent.
CREATE FUNCTION set_cap(rule uuid, of_tenant uuid, of_kind text, of_name text, new_cap bigint, from_next boolean) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  w record;
BEGIN
  SELECT x.opens_at, x.closes_at INTO STRICT w FROM tenant t, window_at(of_kind, t.time_zone, now()) x WHERE t.id = of_tenant;
  INSERT INTO budget_rule AS r (id, tenant_id, kind, name, cap, next_cap, next_from)
  VALUES (rule, of_tenant, of_kind, of_name, CASE WHEN NOT from_next THEN new_cap END, CASE WHEN from_next THEN new_cap END,
          CASE WHEN from_next THEN w.closes_at END)
  ON CONFLICT (tenant_id, kind, name) DO UPDATE SET
    cap = CASE WHEN NOT from_next THEN new_cap WHEN r.next_from <= w.opens_at THEN r.next_cap ELSE r.cap END,
    next_cap = CASE WHEN from_next THEN new_cap END, next_from = CASE WHEN from_next THEN w.closes_at END, set_at = now();
  PERFORM 1 FROM budget b WHERE b.kind = of_kind AND b.subject = budget_subject(of_tenant, of_kind, of_name) AND b.closes_at > now()
    ORDER BY b.id FOR NO KEY UPDATE;
  UPDATE budget b SET cap = greatest(new_cap, b.spent + b.held), target = CASE WHEN new_cap < b.spent + b.held THEN new_cap END
   WHERE b.kind = of_kind AND b.subject = budget_subject(of_tenant, of_kind, of_name) AND b.closes_at > now()
     AND (NOT from_next OR b.opens_at >= w.closes_at);
  UPDATE tenant t SET rules = t.rules + 1 WHERE t.id = of_tenant;
END $$;

-- ---------------------------------------------------------------- holds
-- As before, and: a call whose windows were asked for before the last cap was set asks again (`rules`, verdict window-turned), and a window
-- that a lower cap has closed lets nothing in.
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

-- As before, and: the bill of a call that was given up as unknown is booked as a correction when it comes after all.
CREATE OR REPLACE FUNCTION close_holds(closings jsonb)
RETURNS TABLE (hold uuid, verdict text) LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  open_ids uuid[]; late_ids uuid[]; job_ids uuid[]; budget_ids bigint[];
BEGIN
  SELECT coalesce(array_agg(l.id) FILTER (WHERE l.state = 'held'), '{}'), coalesce(array_agg(l.id) FILTER (WHERE l.state = 'unknown'), '{}')
    INTO open_ids, late_ids
    FROM (SELECT h.id, h.state FROM hold h WHERE h.id = ANY (ARRAY(SELECT (c ->> 'hold')::uuid FROM jsonb_array_elements(closings) c))
             AND h.state IN ('held', 'unknown') ORDER BY h.id FOR UPDATE) l;
  SELECT array_agg(DISTINCT p.job_id), array_agg(DISTINCT p.budget_id) INTO job_ids, budget_ids
    FROM part p WHERE p.hold_id = ANY (open_ids || late_ids);
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
  IF cardinality(late_ids) > 0 THEN
    PERFORM book_late(closings, late_ids);
  END IF;
END $$;

-- Books what a call really cost where something else stands: by its provider's invoice, or by an answer that came late. Corrections:
--   [{hold, nanos (the whole bill)}]
-- The state of the hold stays. Each part's difference is an entry of its own kind on the scope and window that gave to the hold. A rise goes
-- to `spent` as far as the hold was large and its scope has room, and to `over` beyond that: the check on the cap is never bent. A bill that
-- stands already changes nothing, so the same correction twice is one.
CREATE FUNCTION correct_holds(corrections jsonb) RETURNS TABLE (hold uuid, delta bigint) LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  ids uuid[]; job_ids uuid[]; budget_ids bigint[];
  r record; p record; room bigint; share bigint; given bigint; was_over bigint; was_spent bigint; now_over bigint; now_spent bigint;
BEGIN
  ids := ARRAY(SELECT h.id FROM hold h WHERE h.id = ANY (ARRAY(SELECT (c ->> 'hold')::uuid FROM jsonb_array_elements(corrections) c))
                  AND h.state <> 'held' ORDER BY h.id FOR UPDATE);
  SELECT array_agg(DISTINCT x.job_id), array_agg(DISTINCT x.budget_id) INTO job_ids, budget_ids FROM part x WHERE x.hold_id = ANY (ids);
  PERFORM 1 FROM job WHERE id = ANY (job_ids) ORDER BY id FOR NO KEY UPDATE;
  PERFORM 1 FROM budget WHERE id = ANY (budget_ids) ORDER BY id FOR NO KEY UPDATE;
  FOR r IN
    SELECT DISTINCT ON (c.hold) c.hold, c.nanos AS bill, h.nanos, coalesce(h.actual, 0) AS stood, a.price_id
      FROM jsonb_to_recordset(corrections) AS c (hold uuid, nanos bigint) JOIN hold h ON h.id = c.hold JOIN attempt a ON a.id = h.id
     WHERE h.id = ANY (ids) AND c.nanos <> coalesce(h.actual, 0) ORDER BY c.hold
  LOOP
    given := 0;
    FOR p IN SELECT x.*, x.job_id IS NOT NULL AND row_number() OVER (PARTITION BY x.job_id IS NULL ORDER BY x.id DESC) = 1 AS last_job
               FROM part x WHERE x.hold_id = r.hold ORDER BY x.id
    LOOP
      -- By what each gave to the hold; the last job of a pack takes what rounding leaves.
      share := CASE WHEN p.nanos = r.nanos THEN r.bill WHEN p.last_job THEN r.bill - given
                    ELSE floor(r.bill::numeric * p.nanos / r.nanos)::bigint END;
      IF p.job_id IS NOT NULL THEN
        given := given + share;
        SELECT j.cap - j.spent - j.held INTO room FROM job j WHERE j.id = p.job_id;
      ELSE
        SELECT b.cap - b.spent - b.held INTO room FROM budget b WHERE b.id = p.budget_id;
      END IF;
      was_over := coalesce(p.over, greatest(coalesce(p.actual, 0) - p.nanos, 0));
      was_spent := coalesce(p.actual, 0) - was_over;
      IF share <= coalesce(p.actual, 0) THEN
        now_over := greatest(was_over - (p.actual - share), 0);
        now_spent := share - now_over;
      ELSE
        now_spent := was_spent + least(share - coalesce(p.actual, 0), greatest(p.nanos - was_spent, 0), greatest(room, 0));
        now_over := share - now_spent;
      END IF;
      CONTINUE WHEN share = coalesce(p.actual, 0);
      UPDATE part x SET actual = share, over = now_over WHERE x.id = p.id;
      UPDATE job j SET spent = j.spent + now_spent - was_spent, over = j.over + now_over - was_over WHERE j.id = p.job_id;
      UPDATE budget b SET spent = b.spent + now_spent - was_spent, over = b.over + now_over - was_over WHERE b.id = p.budget_id;
      INSERT INTO entry (kind, hold_id, job_id, budget_id, nanos, price_id)
      VALUES ('corrected', r.hold, p.job_id, p.budget_id, share - coalesce(p.actual, 0), r.price_id);
    END LOOP;
    -- What stands booked; what stood before is told by the entries.
    UPDATE hold h SET actual = r.bill WHERE h.id = r.hold;
    hold := r.hold;
    delta := r.bill - r.stood;
    RETURN NEXT;
  END LOOP;
END $$;

-- A late answer counts once, and only while no invoice has spoken: one that was counted by ourselves is no better than the worst case.
CREATE FUNCTION book_late(closings jsonb, late uuid[]) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  PERFORM correct_holds((
    SELECT coalesce(jsonb_agg(jsonb_build_object('hold', x.hold, 'nanos', x.nanos)), '[]')
      FROM (SELECT DISTINCT ON (c.hold) c.hold, c.nanos FROM jsonb_to_recordset(closings) AS c (hold uuid, kind text, nanos bigint, estimated boolean)
             WHERE c.hold = ANY (late) AND c.kind = 'settled' AND coalesce(c.estimated, false) IS FALSE
               AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.hold_id = c.hold AND e.kind = 'corrected')
               AND NOT EXISTS (SELECT 1 FROM bill b WHERE b.attempt = c.hold) ORDER BY c.hold) x));
  UPDATE attempt a SET provider_id = c."providerId", model_resolved = c."modelResolved", usage = c.usage, ms = c.ms
    FROM jsonb_to_recordset(closings) AS c (hold uuid, kind text, "providerId" text, "modelResolved" text, usage jsonb, ms int)
   WHERE a.id = c.hold AND c.hold = ANY (late) AND c.kind = 'settled' AND a.usage IS NULL;
END $$;

-- ---------------------------------------------------------------- parking
-- As before, and: a job that is parked says for which scope (kind:name) and how much it needs there.
CREATE OR REPLACE FUNCTION move_jobs(moves jsonb)
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
           model text, plan jsonb, result jsonb, score float8, error jsonb, "parkedUntil" timestamptz, "parkedScope" text, wants bigint, "lookAfterMs" bigint, queue text,
           booked bigint, receipt jsonb, events jsonb)
      LEFT JOIN job j ON j.id = x.job
  ), moved AS (
    UPDATE job j SET
      state = m.state, path = coalesce(m.path, j.path), worker_id = NULL, run_until = NULL, fence = j.fence + (m.fence IS NULL)::int,
      stage = coalesce(m.stage, j.stage), lane = coalesce(m.lane, j.lane), tier = coalesce(m.tier, j.tier),
      model = coalesce(m.model, j.model), plan = coalesce(m.plan, j.plan), result = coalesce(m.result, j.result),
      score = coalesce(m.score, j.score), error = coalesce(m.error, j.error), parked_until = m."parkedUntil",
      parked_scope = CASE WHEN m.state = 'parked' THEN m."parkedScope" ELSE j.parked_scope END,
      wants = CASE WHEN m.state = 'parked' THEN m.wants ELSE j.wants END,
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

-- Those that are parked already wait for their tenant's day.
UPDATE job SET parked_scope = 'tenant-day:', wants = 1 WHERE state = 'parked';

-- Sends parked jobs out again, oldest first, in turns over tenants: as many as their scope has room for at their worst case, less those that
-- were sent out before and have no hold yet. So none comes back at once to be parked again. Looks at up to 100 scopes behind the one seen last.
CREATE FUNCTION resume_parked(only_tenant uuid, seen_tenant uuid, seen_scope text, most int)
RETURNS TABLE (resumed int, last_tenant uuid, last_scope text) LANGUAGE sql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
  WITH RECURSIVE pair (tenant_id, parked_scope, n) AS (
    (SELECT j.tenant_id, j.parked_scope, 1 FROM job j
      WHERE j.state = 'parked' AND (j.tenant_id, j.parked_scope) > (seen_tenant, seen_scope) ORDER BY j.tenant_id, j.parked_scope LIMIT 1)
    UNION ALL
    SELECT x.tenant_id, x.parked_scope, p.n + 1 FROM pair p CROSS JOIN LATERAL (
      SELECT j.tenant_id, j.parked_scope FROM job j
       WHERE j.state = 'parked' AND (j.tenant_id, j.parked_scope) > (p.tenant_id, p.parked_scope)
       ORDER BY j.tenant_id, j.parked_scope LIMIT 1) x
     WHERE p.n < 100 AND (only_tenant IS NULL OR x.tenant_id = only_tenant)
  ), scope AS MATERIALIZED (
    SELECT p.tenant_id, p.parked_scope, c.whole,
           c.room - coalesce((SELECT sum(j.wants) FROM job j WHERE j.state = 'queued' AND j.wants IS NOT NULL AND j.tenant_id = p.tenant_id
                                 AND j.parked_scope = p.parked_scope), 0) AS room
      FROM pair p CROSS JOIN LATERAL (
        SELECT split_part(p.parked_scope, ':', 1) AS kind, substr(p.parked_scope, strpos(p.parked_scope, ':') + 1) AS name) k
     CROSS JOIN LATERAL (
        SELECT coalesce(cap_at(p.tenant_id, k.kind, k.name, now()), 9223372036854775807) AS cap) n
      LEFT JOIN LATERAL (
        SELECT least(b.cap, b.target) AS cap, least(b.cap, b.target) - b.spent - b.held - b.over AS room, b.closes_at > now() AS open FROM budget b
         WHERE b.kind = k.kind AND b.subject = budget_subject(p.tenant_id, k.kind, k.name) AND b.opens_at <= now()
         ORDER BY b.opens_at DESC LIMIT 1) w ON w.open
     CROSS JOIN LATERAL (SELECT coalesce(w.cap, n.cap) AS whole, coalesce(w.room, n.cap) AS room) c
     WHERE only_tenant IS NULL OR p.tenant_id = only_tenant
  ), fitting AS MATERIALIZED (
    SELECT f.id, row_number() OVER (PARTITION BY s.tenant_id ORDER BY f.id) AS turn
      FROM scope s CROSS JOIN LATERAL (
        SELECT o.id, sum(o.wants) OVER (ORDER BY o.id) AS total FROM (
          SELECT j.id, j.wants FROM job j
           WHERE j.state = 'parked' AND j.tenant_id = s.tenant_id AND j.parked_scope = s.parked_scope AND j.wants <= s.whole
             AND (j.deadline_at > now() OR EXISTS (SELECT 1 FROM attempt a WHERE a.job_id = j.id AND a.sent_at IS NOT NULL))
           ORDER BY j.id LIMIT least(most, 200)) o) f
     WHERE s.room > 0 AND f.total <= s.room
  ), due AS (
    SELECT j.id FROM job j WHERE j.id IN (SELECT f.id FROM fitting f ORDER BY f.turn, f.id LIMIT most) AND j.state = 'parked'
       FOR NO KEY UPDATE SKIP LOCKED
  ), again AS (
    UPDATE job j SET state = 'queued', path = 'intake', parked_until = NULL, hint = j.hint + 1, look_at = now() + interval '30 seconds',
           events = j.events + 1
      FROM due WHERE j.id = due.id RETURNING j.id, j.tenant_id, j.priority, j.hint, j.events
  ), told AS (
    INSERT INTO event (job_id, n, kind, data)
    SELECT again.id, again.events, 'state', jsonb_build_object('state', 'queued', 'at', to_char(now(), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) FROM again
  ), sent AS (
    INSERT INTO outbox (queue, tenant_id, priority, ref, hint)
    SELECT 'analyses', again.tenant_id, again.priority, again.id, again.hint FROM again ORDER BY again.id RETURNING 1
  )
  SELECT (SELECT count(*)::int FROM sent), l.tenant_id, l.parked_scope
    FROM (SELECT 1) one LEFT JOIN (SELECT p.tenant_id, p.parked_scope FROM pair p ORDER BY p.n DESC LIMIT 1) l ON (SELECT count(*) FROM pair) = 100
$$;
