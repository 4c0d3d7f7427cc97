-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "tenant" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL DEFAULT 'UTC',
    "baseline_model" TEXT NOT NULL DEFAULT 'gpt-4o',
    "request_cap" BIGINT NOT NULL DEFAULT 50000000,
    "day_cap" BIGINT NOT NULL DEFAULT 2000000000,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tenant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "public_id" TEXT NOT NULL,
    "secret_hash" BYTEA NOT NULL,
    "scopes" TEXT[],
    "per_minute" INTEGER NOT NULL DEFAULT 100,
    "max_cost" BIGINT,
    "idempotency" TEXT NOT NULL DEFAULT 'optional',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "task" (
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "print" TEXT NOT NULL,
    "registered_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "task_pkey" PRIMARY KEY ("name","version")
);

-- CreateTable
CREATE TABLE "batch" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "task" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "cap" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "batch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "job" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "batch_id" UUID,
    "row_number" INTEGER,
    "task" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "input" JSONB NOT NULL,
    "input_hash" TEXT NOT NULL,
    "floor" DOUBLE PRECISION NOT NULL,
    "deadline" TEXT NOT NULL,
    "avoid" TEXT[],
    "priority" SMALLINT NOT NULL DEFAULT 0,
    "when_over" TEXT NOT NULL DEFAULT 'park',
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "state" TEXT NOT NULL DEFAULT 'queued',
    "path" TEXT NOT NULL DEFAULT 'intake',
    "stage" TEXT,
    "lane" TEXT,
    "plan" JSONB,
    "tier" TEXT,
    "model" TEXT,
    "fence" INTEGER NOT NULL DEFAULT 0,
    "worker_id" UUID,
    "runs" INTEGER NOT NULL DEFAULT 0,
    "deaths" INTEGER NOT NULL DEFAULT 0,
    "hint" INTEGER NOT NULL DEFAULT 1,
    "look_at" TIMESTAMPTZ(3) NOT NULL,
    "run_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deadline_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "parked_until" TIMESTAMPTZ(3),
    "joined_to" UUID,
    "retry_of" UUID,
    "cap" BIGINT NOT NULL,
    "spent" BIGINT NOT NULL DEFAULT 0,
    "held" BIGINT NOT NULL DEFAULT 0,
    "over" BIGINT NOT NULL DEFAULT 0,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "events" INTEGER NOT NULL DEFAULT 0,
    "score" DOUBLE PRECISION,
    "result" JSONB,
    "result_fence" INTEGER,
    "error" JSONB,

    CONSTRAINT "job_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency" (
    "tenant_id" UUID NOT NULL,
    "route" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "print" TEXT NOT NULL,
    "ref" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_pkey" PRIMARY KEY ("tenant_id","route","key")
);

-- CreateTable
CREATE TABLE "outbox" (
    "id" BIGSERIAL NOT NULL,
    "queue" TEXT NOT NULL,
    "tenant_id" UUID NOT NULL,
    "priority" SMALLINT NOT NULL DEFAULT 0,
    "ref" UUID NOT NULL,
    "hint" INTEGER NOT NULL,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "event" (
    "job_id" UUID NOT NULL,
    "n" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "event_pkey" PRIMARY KEY ("job_id","n")
);

-- CreateTable
CREATE TABLE "price" (
    "id" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "service_tier" TEXT NOT NULL DEFAULT 'default',
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "input" BIGINT NOT NULL,
    "cache_read" BIGINT NOT NULL,
    "cache_write" BIGINT NOT NULL,
    "output" BIGINT NOT NULL,

    CONSTRAINT "price_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "budget" (
    "id" BIGSERIAL NOT NULL,
    "tenant_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "opens_at" TIMESTAMPTZ(3) NOT NULL,
    "closes_at" TIMESTAMPTZ(3) NOT NULL,
    "cap" BIGINT NOT NULL,
    "spent" BIGINT NOT NULL DEFAULT 0,
    "held" BIGINT NOT NULL DEFAULT 0,
    "over" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "budget_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attempt" (
    "id" UUID NOT NULL,
    "job_id" UUID NOT NULL,
    "n" INTEGER NOT NULL,
    "fence" INTEGER NOT NULL,
    "provider" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "lane" TEXT NOT NULL,
    "price_id" TEXT NOT NULL,
    "request_hash" TEXT NOT NULL,
    "max_tokens" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),
    "provider_id" TEXT,
    "model_resolved" TEXT,
    "usage" JSONB,
    "estimated" BOOLEAN NOT NULL DEFAULT false,
    "answer" TEXT,
    "outcome" TEXT,
    "ms" INTEGER,

    CONSTRAINT "attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "hold" (
    "id" UUID NOT NULL,
    "nanos" BIGINT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'held',
    "look_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    "actual" BIGINT,

    CONSTRAINT "hold_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "part" (
    "id" BIGSERIAL NOT NULL,
    "hold_id" UUID NOT NULL,
    "job_id" UUID,
    "budget_id" BIGINT,
    "nanos" BIGINT NOT NULL,
    "actual" BIGINT,

    CONSTRAINT "part_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "entry" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "kind" TEXT NOT NULL,
    "hold_id" UUID NOT NULL,
    "job_id" UUID,
    "budget_id" BIGINT,
    "nanos" BIGINT NOT NULL,
    "price_id" TEXT NOT NULL,

    CONSTRAINT "entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "receipt" (
    "job_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "last_entry" BIGINT NOT NULL,
    "body" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "receipt_pkey" PRIMARY KEY ("job_id")
);

-- CreateTable
CREATE TABLE "worker" (
    "id" UUID NOT NULL,
    "app" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "slots" INTEGER NOT NULL DEFAULT 0,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "beat_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "gone_at" TIMESTAMPTZ(3),

    CONSTRAINT "worker_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "tenant_slug_key" ON "tenant"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_public_id_key" ON "api_key"("public_id");

-- CreateIndex
CREATE INDEX "api_key_tenant_id_id_idx" ON "api_key"("tenant_id", "id");

-- CreateIndex
CREATE INDEX "batch_tenant_id_id_idx" ON "batch"("tenant_id", "id");

-- CreateIndex
CREATE INDEX "job_tenant_id_id_idx" ON "job"("tenant_id", "id");

-- CreateIndex
CREATE INDEX "idempotency_at_idx" ON "idempotency"("at");

-- CreateIndex
CREATE INDEX "outbox_queue_tenant_id_priority_id_idx" ON "outbox"("queue", "tenant_id", "priority" DESC, "id");

-- CreateIndex
CREATE INDEX "outbox_ref_idx" ON "outbox"("ref");

-- CreateIndex
CREATE UNIQUE INDEX "price_provider_model_service_tier_from_at_key" ON "price"("provider", "model", "service_tier", "from_at");

-- CreateIndex
CREATE INDEX "budget_tenant_id_opens_at_idx" ON "budget"("tenant_id", "opens_at");

-- CreateIndex
CREATE UNIQUE INDEX "budget_kind_subject_opens_at_key" ON "budget"("kind", "subject", "opens_at");

-- CreateIndex
CREATE UNIQUE INDEX "attempt_job_id_n_key" ON "attempt"("job_id", "n");

-- CreateIndex
CREATE INDEX "part_hold_id_idx" ON "part"("hold_id");

-- CreateIndex
CREATE INDEX "entry_job_id_id_idx" ON "entry"("job_id", "id");

-- CreateIndex
CREATE INDEX "entry_budget_id_id_idx" ON "entry"("budget_id", "id");

-- CreateIndex
CREATE INDEX "entry_hold_id_idx" ON "entry"("hold_id");

-- CreateIndex
CREATE UNIQUE INDEX "receipt_id_key" ON "receipt"("id");

-- CreateIndex
CREATE INDEX "receipt_tenant_id_id_idx" ON "receipt"("tenant_id", "id");

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "batch" ADD CONSTRAINT "batch_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "job" ADD CONSTRAINT "job_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "job" ADD CONSTRAINT "job_batch_id_fkey" FOREIGN KEY ("batch_id") REFERENCES "batch"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "budget" ADD CONSTRAINT "budget_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "job"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_price_id_fkey" FOREIGN KEY ("price_id") REFERENCES "price"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "hold" ADD CONSTRAINT "hold_id_fkey" FOREIGN KEY ("id") REFERENCES "attempt"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "part" ADD CONSTRAINT "part_hold_id_fkey" FOREIGN KEY ("hold_id") REFERENCES "hold"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "part" ADD CONSTRAINT "part_budget_id_fkey" FOREIGN KEY ("budget_id") REFERENCES "budget"("id") ON DELETE SET NULL ON UPDATE CASCADE;

