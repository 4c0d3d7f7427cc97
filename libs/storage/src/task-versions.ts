import type { Definition, DefinitionReader, Standing } from '@winnow/analysis';
import { taskDefaults, type TaskBody, type TaskState } from '@winnow/contracts';
import { writeJobs, type Acceptance } from './accepts';
import type { Database, Sql } from './database';
import { takeKey, type IdempotencyKey, type Replay } from './idempotency';
import type { TenantId } from './tenant-id';

export interface TaskRow {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly definition: TaskBody;
  readonly state: TaskState;
  readonly reasons: readonly string[];
  readonly created_at: Date;
  readonly decided_at: Date | null;
  readonly retired_at: Date | null;
  /** of its trial, in the order of the samples */
  readonly jobs: readonly string[];
}

export interface NewTask {
  readonly id: string;
  readonly tenantId: TenantId;
  readonly name: string;
  readonly body: TaskBody;
  readonly samples: readonly { readonly job: string; readonly expected: unknown }[];
  /** the jobs of the samples, once the version is known */
  readonly jobsOf: (version: number) => readonly Acceptance[];
  readonly idempotency: IdempotencyKey | null;
}

export type TaskMade =
  | { readonly kind: 'made'; readonly version: number }
  | { readonly kind: 'full'; readonly of: 'tasks' | 'versions'; readonly most: number }
  | ({ readonly kind: 'replayed' } & Replay);

export interface TaskStore {
  readonly make: (task: NewTask) => Promise<TaskMade>;
  /** the version asked for; null: the newest that serves, else the newest */
  readonly get: (tenant: TenantId, name: string, version: number | null) => Promise<TaskRow | null>;
  readonly getById: (tenant: TenantId, id: string) => Promise<TaskRow | null>;
  /** by name, one version of each, behind a name */
  readonly list: (tenant: TenantId, after: string | null, limit: number) => Promise<TaskRow[]>;
  /** one version, or all of them; those that are retired or refused stay as they are */
  readonly retire: (tenant: TenantId, name: string, version: number | null) => Promise<void>;
}

const most = { tasks: 200, versions: 1_000 } as const;

const columns = `v.id, v.name, v.version, v.definition, v.state, v.reasons, v.created_at, v.decided_at, v.retired_at,
  ARRAY(SELECT s.job_id FROM task_sample s WHERE s.task_id = v.id ORDER BY s.n) AS jobs`;
const servingFirst = `(v.state = 'live') DESC, v.version DESC`;

interface Counted {
  readonly versions: number;
  readonly others: number;
  readonly newest: number;
}

/** One writer a tenant at a time: versions follow each other without holes, and no two requests pass a limit together. */
const countLocked = async (sql: Sql, { tenantId, name }: NewTask): Promise<Counted> => {
  await sql.query(`SELECT pg_advisory_xact_lock(hashtextextended('tasks of ' || $1, 0))`, [tenantId]);
  const [counted] = await sql.query<Counted>(
    `SELECT count(*)::int AS versions, (count(DISTINCT name) FILTER (WHERE name <> $2))::int AS others,
            coalesce(max(version) FILTER (WHERE name = $2), 0)::int AS newest FROM task_version WHERE tenant_id = $1`,
    [tenantId, name],
  );
  if (counted === undefined) throw new Error('a count has a row');
  return counted;
};

const write = async (sql: Sql, task: NewTask, version: number): Promise<void> => {
  const { id, tenantId, name, body, samples, jobsOf } = task;
  await sql.query(
    'INSERT INTO task_version (id, tenant_id, name, version, content, definition) VALUES ($1, $2, $3, $4, $5, $6)',
    [id, tenantId, name, version, body.content ?? taskDefaults.content, JSON.stringify(body)],
  );
  await writeJobs(sql, jobsOf(version));
  const numbered = samples.map(({ job, expected }, i) => ({ n: i + 1, job, expected }));
  await sql.query(
    `INSERT INTO task_sample (task_id, n, job_id, expected)
     SELECT $1, n, job, expected FROM json_to_recordset($2) AS x (n int, job uuid, expected json)`,
    [id, JSON.stringify(numbered)],
  );
};

class Full extends Error {
  constructor(readonly what: Extract<TaskMade, { kind: 'full' }>) {
    super(`no more than ${what.most} ${what.of}`);
  }
}

/** Key, version, samples and their jobs in one: a version whose trial was lost would be tried for ever. */
const make = async ({ transaction }: Pick<Database, 'transaction'>, task: NewTask): Promise<TaskMade> => {
  try {
    return await transaction(async (sql) => {
      const { idempotency, tenantId, id } = task;
      const replay = idempotency === null ? null : await takeKey(sql, tenantId, idempotency, id);
      if (replay !== null) return { kind: 'replayed', ...replay };
      const { versions, others, newest } = await countLocked(sql, task);
      if (newest === 0 && others >= most.tasks) throw new Full({ kind: 'full', of: 'tasks', most: most.tasks });
      if (versions >= most.versions) throw new Full({ kind: 'full', of: 'versions', most: most.versions });
      await write(sql, task, newest + 1);
      return { kind: 'made', version: newest + 1 };
    });
  } catch (error) {
    // thrown, so that the key stays free
    if (error instanceof Full) return error.what;
    throw error;
  }
};

export const createTaskStore = ({ rest: sql, transaction }: Pick<Database, 'rest' | 'transaction'>): TaskStore => ({
  make: (task) => make({ transaction }, task),
  get: async (tenant, name, version) => {
    const rows = await sql.query<TaskRow>(
      `SELECT ${columns} FROM task_version v WHERE v.tenant_id = $1 AND v.name = $2 AND ($3::int IS NULL OR v.version = $3)
        ORDER BY ${servingFirst} LIMIT 1`,
      [tenant, name, version],
    );
    return rows[0] ?? null;
  },
  getById: async (tenant, id) => {
    const rows = await sql.query<TaskRow>(
      `SELECT ${columns} FROM task_version v WHERE v.tenant_id = $1 AND v.id = $2`,
      [tenant, id],
    );
    return rows[0] ?? null;
  },
  list: (tenant, after, limit) =>
    sql.query<TaskRow>(
      `SELECT DISTINCT ON (v.name) ${columns} FROM task_version v WHERE v.tenant_id = $1 AND ($2::text IS NULL OR v.name > $2)
        ORDER BY v.name, ${servingFirst} LIMIT $3`,
      [tenant, after, limit],
    ),
  retire: async (tenant, name, version) => {
    await sql.query(
      `UPDATE task_version SET state = 'retired', retired_at = now()
        WHERE tenant_id = $1 AND name = $2 AND ($3::int IS NULL OR version = $3) AND state IN ('trial', 'live')`,
      [tenant, name, version],
    );
  },
});

interface StandingRow extends Omit<Standing, 'newest'> {
  readonly newest: number | null;
}

/** How those who do jobs, or take them, look versions up. */
export const createTaskVersions = (sql: Sql): DefinitionReader => ({
  definitionOf: async (tenant, name, version) => {
    const rows = await sql.query<Definition>(
      `SELECT definition AS body, octet_length(definition::text) AS bytes FROM task_version
        WHERE tenant_id = $1 AND name = $2 AND version = $3`,
      [tenant, name, version],
    );
    return rows[0] ?? null;
  },
  standingOf: async (tenant, name, version) => {
    const [row] = await sql.query<StandingRow>(
      `SELECT max(version) FILTER (WHERE state = 'live') AS live, max(version) AS newest, max(state) FILTER (WHERE version = $3::int) AS asked,
              coalesce(bool_or(state = 'retired'), false) AS retired FROM task_version WHERE tenant_id = $1 AND name = $2`,
      [tenant, name, version],
    );
    return row === undefined || row.newest === null ? null : { ...row, newest: row.newest };
  },
});
