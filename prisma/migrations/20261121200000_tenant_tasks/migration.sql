-- CreateTable
CREATE TABLE "task_version" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "content" TEXT NOT NULL,
    "definition" JSON NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'trial',
    "reasons" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decided_at" TIMESTAMPTZ(3),
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "task_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "task_sample" (
    "task_id" UUID NOT NULL,
    "n" INTEGER NOT NULL,
    "job_id" UUID NOT NULL,
    "expected" JSON,

    CONSTRAINT "task_sample_pkey" PRIMARY KEY ("task_id","n")
);

-- CreateIndex
CREATE UNIQUE INDEX "task_version_tenant_id_name_version_key" ON "task_version"("tenant_id", "name", "version");

-- AddForeignKey
ALTER TABLE "task_version" ADD CONSTRAINT "task_version_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "task_sample" ADD CONSTRAINT "task_sample_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "task_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE INDEX task_version_in_trial ON task_version (created_at) WHERE state = 'trial';
ALTER TABLE task_version ADD CONSTRAINT task_version_states CHECK (
  state IN ('trial', 'live', 'refused', 'retired') AND version >= 1 AND (state = 'retired') = (retired_at IS NOT NULL)
  AND (state <> 'refused' OR cardinality(reasons) > 0));

-- A version is what it was when it was made: only its state moves, and only forwards.
CREATE FUNCTION keep_task_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'task %@% is % and does not change so', OLD.name, OLD.version, OLD.state USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER task_version_kept BEFORE UPDATE ON task_version FOR EACH ROW
  WHEN ((NEW.id, NEW.tenant_id, NEW.name, NEW.version, NEW.content, NEW.definition::text, NEW.created_at)
        IS DISTINCT FROM (OLD.id, OLD.tenant_id, OLD.name, OLD.version, OLD.content, OLD.definition::text, OLD.created_at)
        OR (NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN ('trial>live', 'trial>refused', 'trial>retired', 'live>retired')))
  EXECUTE FUNCTION keep_task_version();
