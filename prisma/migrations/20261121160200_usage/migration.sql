-- Roll-ups, forecasts and quotes. Each receipt, and each entry that comes behind one, leaves a row in usage_due; whoever rolls it up deletes
-- that row in the statement that adds it to the sums. So each counts once, whoever dies when.

-- AlterTable
ALTER TABLE "job" ADD COLUMN     "key_id" UUID,
ADD COLUMN     "quote_id" UUID;

-- CreateTable
CREATE TABLE "usage_due" (
    "id" BIGSERIAL NOT NULL,
    "tenant_id" UUID NOT NULL,
    "job_id" UUID NOT NULL,
    "entry_id" BIGINT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "usage_due_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "usage" (
    "tenant_id" UUID NOT NULL,
    "span" TEXT NOT NULL,
    "opens_at" TIMESTAMPTZ(3) NOT NULL,
    "task" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "tier" TEXT NOT NULL,
    "lane" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "key_id" TEXT NOT NULL,
    "end_user" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "jobs" BIGINT NOT NULL,
    "attempts" BIGINT NOT NULL,
    "input" BIGINT NOT NULL,
    "cached_input" BIGINT NOT NULL,
    "output" BIGINT NOT NULL,
    "cost" BIGINT NOT NULL,
    "useful" BIGINT NOT NULL,
    "baseline" BIGINT NOT NULL,
    "plain" BIGINT NOT NULL,
    "saved" BIGINT NOT NULL,
    "cached" BIGINT NOT NULL,
    "joined" BIGINT NOT NULL,
    "local" BIGINT NOT NULL,
    "routed" BIGINT NOT NULL,
    "prompt" BIGINT NOT NULL,
    "packed" BIGINT NOT NULL,
    "deferred" BIGINT NOT NULL,
    "provider_cache" BIGINT NOT NULL,
    "escalation" BIGINT NOT NULL,
    "audit" BIGINT NOT NULL,
    "scored" BIGINT NOT NULL,
    "score_sum" DOUBLE PRECISION NOT NULL,
    "score_squares" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "usage_pkey" PRIMARY KEY ("tenant_id","span","opens_at","task","model","tier","lane","provider","source","key_id","end_user","state")
);

-- CreateTable
CREATE TABLE "output_bin" (
    "tenant_id" UUID NOT NULL,
    "task" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "model" TEXT NOT NULL,
    "size" SMALLINT NOT NULL,
    "bin" SMALLINT NOT NULL,
    "n" BIGINT NOT NULL,
    "tokens" BIGINT NOT NULL,

    CONSTRAINT "output_bin_pkey" PRIMARY KEY ("tenant_id","task","version","model","size","bin")
);

-- CreateTable
CREATE TABLE "quote" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "task" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "jobs" INTEGER NOT NULL,
    "expected" BIGINT NOT NULL,
    "low" BIGINT NOT NULL,
    "high" BIGINT NOT NULL,
    "body" JSONB NOT NULL,
    "done" INTEGER NOT NULL DEFAULT 0,
    "actual" BIGINT NOT NULL DEFAULT 0,
    "inside" BOOLEAN,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "quote_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "forecast_track" (
    "tenant_id" UUID NOT NULL,
    "task" TEXT NOT NULL,
    "quotes" INTEGER NOT NULL DEFAULT 0,
    "inside" INTEGER NOT NULL DEFAULT 0,
    "kappa" DOUBLE PRECISION NOT NULL DEFAULT 1.5,

    CONSTRAINT "forecast_track_pkey" PRIMARY KEY ("tenant_id","task")
);

-- CreateIndex
CREATE INDEX "usage_due_tenant_id_id_idx" ON "usage_due"("tenant_id", "id");

-- CreateIndex
CREATE INDEX "quote_tenant_id_id_idx" ON "quote"("tenant_id", "id");

-- Sessions of an end user, and forecasts whose jobs are all done.
CREATE INDEX job_of_user   ON job (tenant_id, end_user, created_at) WHERE end_user IS NOT NULL;
CREATE INDEX quote_running ON quote (id) WHERE inside IS NULL AND done > 0;
ALTER TABLE usage SET (fillfactor = 70);
ALTER TABLE quote ADD CONSTRAINT quote_interval CHECK (low <= expected AND expected <= high AND low >= 0 AND jobs > 0);
ALTER TABLE usage ADD CONSTRAINT usage_span CHECK (span IN ('hour', 'day'));
-- What the receipts promise holds for every sum of them.
ALTER TABLE usage ADD CONSTRAINT usage_adds CHECK (
  saved = baseline - cost
  AND saved = cached + joined + local + routed + prompt + packed + deferred + provider_cache + escalation + audit);

-- ---------------------------------------------------------------- what is due
CREATE FUNCTION note_receipts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO usage_due (tenant_id, job_id) SELECT f.tenant_id, f.job_id FROM fresh f ORDER BY f.job_id;
  RETURN NULL;
END $$;
CREATE TRIGGER receipt_due AFTER INSERT ON receipt REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION note_receipts();

-- Money of a job moves under the lock of its row, as its receipt is written under it: an entry sees the receipt that does not list it.
CREATE FUNCTION note_entries() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  INSERT INTO usage_due (tenant_id, job_id, entry_id)
  SELECT r.tenant_id, f.job_id, f.id FROM fresh f JOIN receipt r ON r.job_id = f.job_id WHERE f.id > r.last_entry ORDER BY f.id;
  RETURN NULL;
END $$;
CREATE TRIGGER entry_due AFTER INSERT ON entry REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION note_entries();

INSERT INTO usage_due (tenant_id, job_id) SELECT tenant_id, job_id FROM receipt ORDER BY job_id;
INSERT INTO usage_due (tenant_id, job_id, entry_id)
SELECT r.tenant_id, e.job_id, e.id FROM entry e JOIN receipt r ON r.job_id = e.job_id WHERE e.id > r.last_entry ORDER BY e.id;

-- ---------------------------------------------------------------- what it comes to
CREATE FUNCTION nanos_of(usd text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT (usd::numeric * 1000000000)::bigint $$;

-- What each due row adds: a receipt one row an attempt, so that a provider's rows sum to its invoice; an entry behind a receipt one row.
-- The attempt whose answer was served (or else the last) stands for the job: it carries the job itself, its baseline and its savings. The
-- others are what was paid on the way: their cost is their escalation. So in every row, and in every sum, saved is baseline minus cost.
CREATE VIEW usage_fact AS
SELECT d.id AS due, d.tenant_id, r.at, j.task, j.version, j.quote_id,
       coalesce(a.model, j.model, '') AS model, coalesce(j.tier, j.plan ->> 'tier', '') AS tier,
       coalesce(a.lane, r.body ->> 'lane', '') AS lane, coalesce(a.provider, '') AS provider, '' AS source,
       coalesce(j.key_id::text, '') AS key_id, coalesce(j.end_user, '') AS end_user, j.state,
       m.leads::int AS jobs, (a.id IS NOT NULL)::int AS attempts, coalesce(t.input, 0) AS input, coalesce(t.cached_input, 0) AS cached_input,
       coalesce(t.output, 0) AS output, p.cost, CASE WHEN x.n = s.served THEN p.cost ELSE 0 END AS useful,
       CASE WHEN m.leads THEN b.baseline ELSE 0 END AS baseline, CASE WHEN m.leads THEN b.plain ELSE 0 END AS plain,
       CASE WHEN m.leads THEN b.baseline ELSE 0 END - p.cost AS saved,
       CASE WHEN m.leads THEN nanos_of(g ->> 'cached') ELSE 0 END AS cached,
       CASE WHEN m.leads THEN nanos_of(g ->> 'joined') ELSE 0 END AS joined,
       CASE WHEN m.leads THEN nanos_of(g ->> 'local') ELSE 0 END AS local,
       CASE WHEN m.leads THEN nanos_of(g ->> 'routed') ELSE 0 END AS routed,
       CASE WHEN m.leads THEN nanos_of(g ->> 'prompt') ELSE 0 END AS prompt,
       CASE WHEN m.leads THEN nanos_of(g ->> 'packed') ELSE 0 END AS packed,
       CASE WHEN m.leads THEN nanos_of(g ->> 'deferred') ELSE 0 END AS deferred,
       CASE WHEN m.leads THEN nanos_of(g ->> 'provider-cache') ELSE 0 END AS provider_cache,
       CASE WHEN m.leads THEN nanos_of(g ->> 'escalation') + s.actual - p.cost ELSE -p.cost END AS escalation,
       CASE WHEN m.leads THEN nanos_of(g ->> 'audit') ELSE 0 END AS audit,
       CASE WHEN m.leads AND j.state = 'succeeded' THEN j.score END AS score,
       CASE WHEN x.n = s.served AND x.c ->> 'state' = 'settled' AND x.c ->> 'estimated' = 'false' THEN a.max_tokens END AS learnt_under
  FROM usage_due d
  JOIN receipt r ON r.job_id = d.job_id
  JOIN job j ON j.id = d.job_id
  CROSS JOIN LATERAL (
    SELECT max((c ->> 'n')::int) AS last, nanos_of(r.body ->> 'actual') AS actual,
           max((c ->> 'n')::int) FILTER (WHERE j.state = 'succeeded' AND c ->> 'outcome' = 'ok' AND jsonb_typeof(c -> 'tokens') = 'object') AS served
      FROM jsonb_array_elements(r.body -> 'attempts') c) s
  LEFT JOIN LATERAL (SELECT c, (c ->> 'n')::int AS n FROM jsonb_array_elements(r.body -> 'attempts') c) x ON true
  LEFT JOIN attempt a ON a.job_id = d.job_id AND a.n = x.n
  CROSS JOIN LATERAL (SELECT x.n IS NULL OR x.n = coalesce(s.served, s.last) AS leads) m
  CROSS JOIN LATERAL (SELECT coalesce(nanos_of(x.c ->> 'cost'), 0) AS cost) p
  CROSS JOIN LATERAL (SELECT r.body -> 'savings' AS g, nanos_of(r.body -> 'baseline' ->> 'cost') AS baseline,
                             coalesce(nanos_of(r.body -> 'baselines' -> 'task' ->> 'cost'), nanos_of(r.body -> 'baseline' ->> 'cost')) AS plain) b
  LEFT JOIN LATERAL (SELECT (k ->> 'input')::bigint + (k ->> 'cacheRead')::bigint + (k ->> 'cacheWrite')::bigint AS input,
                            (k ->> 'cacheRead')::bigint AS cached_input, (k ->> 'output')::bigint AS output
                       FROM (SELECT x.c -> 'tokens' AS k) o WHERE jsonb_typeof(k) = 'object') t ON true
 WHERE d.entry_id IS NULL
UNION ALL
SELECT d.id, d.tenant_id, e.at, j.task, j.version, j.quote_id, a.model, coalesce(j.tier, j.plan ->> 'tier', ''), a.lane, a.provider, '',
       coalesce(j.key_id::text, ''), coalesce(j.end_user, ''), j.state,
       0, 0, coalesce(t.input, 0), coalesce(t.cached_input, 0), coalesce(t.output, 0), e.nanos, CASE WHEN w.served THEN e.nanos ELSE 0 END,
       0, 0, -e.nanos, 0, 0, 0, 0, 0, 0, 0, CASE WHEN w.served THEN -e.nanos ELSE 0 END, CASE WHEN w.served THEN 0 ELSE -e.nanos END, 0,
       NULL, NULL
  FROM usage_due d
  JOIN entry e ON e.id = d.entry_id
  JOIN attempt a ON a.id = e.hold_id
  JOIN job j ON j.id = d.job_id
  JOIN receipt r ON r.job_id = d.job_id
  CROSS JOIN LATERAL (SELECT j.state = 'succeeded' AND e.kind = 'corrected' AND a.n = (
    SELECT max((c ->> 'n')::int) FROM jsonb_array_elements(r.body -> 'attempts') c
     WHERE c ->> 'outcome' = 'ok' AND jsonb_typeof(c -> 'tokens') = 'object') IS TRUE AS served) w
  LEFT JOIN LATERAL (SELECT (k ->> 'input')::bigint + (k ->> 'cacheRead')::bigint + (k ->> 'cacheWrite')::bigint AS input,
                            (k ->> 'cacheRead')::bigint AS cached_input, (k ->> 'output')::bigint AS output
                       FROM (SELECT a.usage AS k) o WHERE e.kind = 'settled' AND jsonb_typeof(k) = 'object') t ON true
 WHERE d.entry_id IS NOT NULL;
