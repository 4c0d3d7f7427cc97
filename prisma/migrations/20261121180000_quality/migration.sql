-- CreateTable
CREATE TABLE "outcome" (
    "id" BIGSERIAL NOT NULL,
    "tenant_id" UUID NOT NULL,
    "job_id" UUID NOT NULL,
    "n" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "task" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "provider" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "tier" TEXT NOT NULL,
    "lane" TEXT NOT NULL,
    "served" BOOLEAN NOT NULL,
    "score" DOUBLE PRECISION NOT NULL,
    "calibrated" BOOLEAN NOT NULL,
    "floor" DOUBLE PRECISION NOT NULL,
    "checks" JSONB,
    "tokens" INTEGER NOT NULL,
    "cost" BIGINT NOT NULL,
    "propensity" DOUBLE PRECISION NOT NULL,
    "label" DOUBLE PRECISION,
    "labeller" TEXT,

    CONSTRAINT "outcome_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sample" (
    "id" BIGSERIAL NOT NULL,
    "tenant_id" UUID NOT NULL,
    "job_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "task" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "tier" TEXT NOT NULL,
    "lane" TEXT NOT NULL,
    "score" DOUBLE PRECISION NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,
    "agreed" BOOLEAN NOT NULL,
    "cost" BIGINT NOT NULL,

    CONSTRAINT "sample_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "review" (
    "job_id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "task" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "score" DOUBLE PRECISION,
    "verdict" TEXT,
    "answer" JSONB,
    "note" TEXT,
    "decided_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decided_at" TIMESTAMPTZ(3),

    CONSTRAINT "review_pkey" PRIMARY KEY ("job_id")
);

-- CreateTable
CREATE TABLE "learned" (
    "id" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "task" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "weights" BYTEA NOT NULL,
    "metrics" JSONB NOT NULL,
    "rows" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "learned_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "outcome_task_id_idx" ON "outcome"("task", "id");

-- CreateIndex
CREATE INDEX "outcome_tenant_id_task_id_idx" ON "outcome"("tenant_id", "task", "id");

-- CreateIndex
CREATE UNIQUE INDEX "outcome_job_id_n_key" ON "outcome"("job_id", "n");

-- CreateIndex
CREATE INDEX "sample_tenant_id_task_id_idx" ON "sample"("tenant_id", "task", "id");

-- CreateIndex
CREATE INDEX "sample_task_id_idx" ON "sample"("task", "id");

-- CreateIndex
CREATE UNIQUE INDEX "sample_job_id_kind_subject_key" ON "sample"("job_id", "kind", "subject");

-- CreateIndex
CREATE INDEX "review_tenant_id_job_id_idx" ON "review"("tenant_id", "job_id");

-- CreateIndex
CREATE INDEX "review_tenant_id_created_at_idx" ON "review"("tenant_id", "created_at");

-- CreateIndex
CREATE INDEX "learned_state_kind_idx" ON "learned"("state", "kind");

-- CreateIndex
CREATE UNIQUE INDEX "learned_kind_task_subject_version_key" ON "learned"("kind", "task", "subject", "version");

-- Learning reads receipts as they are rolled up, in the statement that counts them: each is learnt from once.
CREATE INDEX review_open ON review (tenant_id, job_id) WHERE state = 'open';
ALTER TABLE review ADD CONSTRAINT review_states CHECK (
  state IN ('open', 'decided') AND reason IN ('below-floor', 'audit', 'disagreement')
  AND (state = 'decided') = (verdict IS NOT NULL) AND (verdict IS NULL OR verdict IN ('right', 'wrong', 'fixed'))
  AND (verdict = 'fixed') IS NOT DISTINCT FROM (CASE WHEN verdict IS NULL THEN NULL ELSE answer IS NOT NULL END));
ALTER TABLE learned ADD CONSTRAINT learned_states CHECK (state IN ('live', 'retired', 'refused') AND kind IN ('router', 'score', 'threshold', 'quality'));
CREATE UNIQUE INDEX learned_live ON learned (kind, task, subject) WHERE state = 'live';
ALTER TABLE outcome ADD CONSTRAINT outcome_units CHECK (score BETWEEN 0 AND 1 AND label BETWEEN 0 AND 1 AND propensity > 0 AND propensity <= 1);
ALTER TABLE sample ADD CONSTRAINT sample_kinds CHECK (kind IN ('shadow', 'audit', 'judge') AND value BETWEEN 0 AND 1);

-- The receipt itself names the attempt that stands for the answer, and which attempts only checked another: their cost is the audit line's.
CREATE OR REPLACE VIEW usage_fact AS
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
       CASE WHEN m.leads THEN nanos_of(g ->> 'escalation') + s.actual - s.audited - CASE WHEN p.audits THEN 0 ELSE p.cost END
            WHEN p.audits THEN 0 ELSE -p.cost END AS escalation,
       CASE WHEN m.leads THEN nanos_of(g ->> 'audit') + s.audited - CASE WHEN p.audits THEN p.cost ELSE 0 END
            WHEN p.audits THEN -p.cost ELSE 0 END AS audit,
       CASE WHEN m.leads AND j.state = 'succeeded' THEN j.score END AS score,
       CASE WHEN x.n = s.served AND x.c ->> 'state' = 'settled' AND x.c ->> 'estimated' = 'false' THEN a.max_tokens END AS learnt_under
  FROM usage_due d
  JOIN receipt r ON r.job_id = d.job_id
  JOIN job j ON j.id = d.job_id
  CROSS JOIN LATERAL (
    SELECT max((c ->> 'n')::int) AS last, nanos_of(r.body ->> 'actual') AS actual,
           coalesce(sum(nanos_of(c ->> 'cost')) FILTER (WHERE c ->> 'purpose' = 'audit'), 0)::bigint AS audited,
           (r.body ->> 'answer')::int AS served
      FROM jsonb_array_elements(r.body -> 'attempts') c) s
  LEFT JOIN LATERAL (SELECT c, (c ->> 'n')::int AS n FROM jsonb_array_elements(r.body -> 'attempts') c) x ON true
  LEFT JOIN attempt a ON a.job_id = d.job_id AND a.n = x.n
  CROSS JOIN LATERAL (SELECT x.n IS NULL OR x.n = coalesce(s.served, s.last) AS leads) m
  CROSS JOIN LATERAL (SELECT coalesce(nanos_of(x.c ->> 'cost'), 0) AS cost, x.c ->> 'purpose' = 'audit' AS audits) p
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
       0, 0, -e.nanos, 0, 0, 0, 0, 0, 0, 0, CASE WHEN w.served THEN -e.nanos ELSE 0 END, CASE WHEN w.served OR w.audits THEN 0 ELSE -e.nanos END,
       CASE WHEN w.audits AND NOT w.served THEN -e.nanos ELSE 0 END,
       NULL, NULL
  FROM usage_due d
  JOIN entry e ON e.id = d.entry_id
  JOIN attempt a ON a.id = e.hold_id
  JOIN job j ON j.id = d.job_id
  JOIN receipt r ON r.job_id = d.job_id
  CROSS JOIN LATERAL (SELECT e.kind = 'corrected' AND (a.n = (r.body ->> 'answer')::int) IS TRUE AS served,
    EXISTS (SELECT 1 FROM jsonb_array_elements(r.body -> 'attempts') c WHERE (c ->> 'n')::int = a.n AND c ->> 'purpose' = 'audit') AS audits) w
  LEFT JOIN LATERAL (SELECT (k ->> 'input')::bigint + (k ->> 'cacheRead')::bigint + (k ->> 'cacheWrite')::bigint AS input,
                            (k ->> 'cacheRead')::bigint AS cached_input, (k ->> 'output')::bigint AS output
                       FROM (SELECT a.usage AS k) o WHERE e.kind = 'settled' AND jsonb_typeof(k) = 'object') t ON true
 WHERE d.entry_id IS NOT NULL;
