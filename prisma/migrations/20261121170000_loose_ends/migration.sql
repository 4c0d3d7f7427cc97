-- AlterTable
ALTER TABLE "bill" ADD COLUMN     "identity" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "invoice_mark" DROP CONSTRAINT "invoice_mark_pkey",
ADD COLUMN     "identity" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "started_at" TIMESTAMPTZ(3),
ADD CONSTRAINT "invoice_mark_pkey" PRIMARY KEY ("invoice", "identity");

-- ---------------------------------------------------------------- what is looked for often
-- Answers are kept for an hour: those of the last hour are all that it holds.
CREATE INDEX attempt_answered ON attempt (id) WHERE answer IS NOT NULL;
-- A job has no score while it is accepted: this costs its acceptance nothing.
CREATE INDEX job_score ON job (tenant_id, score) WHERE score IS NOT NULL;
