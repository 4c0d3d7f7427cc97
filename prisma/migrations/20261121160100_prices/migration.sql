-- AlterTable
ALTER TABLE "price" ADD COLUMN     "batch_rate" INTEGER,
ADD COLUMN     "cache_min_tokens" INTEGER,
ADD COLUMN     "context" INTEGER,
ADD COLUMN     "import_id" UUID,
ADD COLUMN     "max_output" INTEGER,
ADD COLUMN     "minimum" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "quarantine" TEXT,
ADD COLUMN     "source" TEXT NOT NULL DEFAULT 'shipped',
ADD COLUMN     "stacks" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "model" (
    "provider" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "tier" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT false,
    "place" INTEGER NOT NULL DEFAULT 1000,
    "set_by" TEXT NOT NULL DEFAULT 'shipped',
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_pkey" PRIMARY KEY ("provider","model")
);

-- CreateTable
CREATE TABLE "price_import" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "file" TEXT NOT NULL,
    "print" TEXT NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "counts" JSONB NOT NULL,

    CONSTRAINT "price_import_pkey" PRIMARY KEY ("id")
);

-- AddForeignKey
ALTER TABLE "price" ADD CONSTRAINT "price_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "price_import"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- What Prisma cannot say. A price is history from the moment it is written: attempts and receipts refer to it by its id. Also one in
-- quarantine stays as it is; an operator who has looked it up sets a new one.
ALTER TABLE price ADD CONSTRAINT price_tier    CHECK (service_tier IN ('default', 'batch', 'flex', 'priority'));
ALTER TABLE price ADD CONSTRAINT price_source  CHECK (source IN ('shipped', 'import', 'operator') AND (source = 'import') = (import_id IS NOT NULL));
ALTER TABLE price ADD CONSTRAINT price_bounds  CHECK (minimum >= 0 AND batch_rate BETWEEN 1 AND 1000000 AND context > 0 AND max_output > 0
                                                      AND cache_min_tokens > 0 AND length(quarantine) BETWEEN 1 AND 500);
ALTER TABLE model ADD CONSTRAINT model_tier    CHECK (tier IN ('ultra', 'light', 'medium', 'advanced', 'premium'));
ALTER TABLE model ADD CONSTRAINT model_set_by  CHECK (set_by IN ('shipped', 'import', 'operator'));

CREATE TRIGGER price_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON price FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER price_import_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON price_import FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
