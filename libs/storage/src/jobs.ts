import type { ContentKind, JobError, JobState, Lane, ReceiptBody, Tier } from '@winnow/contracts';
import type { Sql } from './database';
import type { TenantId } from './tenant-id';

export interface JobRow {
  readonly id: string;
  readonly batch_id: string | null;
  readonly row_number: number | null;
  readonly task: string;
  readonly version: number;
  /** the kind of content of a task that the tenant made; null: the task is a shipped one */
  readonly content: ContentKind | null;
  readonly state: JobState;
  readonly stage: string | null;
  readonly lane: Lane | null;
  readonly tier: Tier | null;
  readonly model: string | null;
  readonly floor: number;
  readonly deadline: string;
  readonly strict: boolean;
  readonly end_user: string | null;
  readonly metadata: Record<string, string>;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly deadline_at: Date;
  readonly parked_until: Date | null;
  readonly cap: bigint;
  readonly held: bigint;
  readonly spent: bigint;
  readonly over: bigint;
  readonly attempts: number;
  readonly deaths: number;
  readonly events: number;
  readonly joined_to: string | null;
  readonly retry_of: string | null;
  readonly score: number | null;
  readonly result: unknown;
  readonly error: JobError | null;
  readonly receipt_id: string | null;
  readonly receipt_body: ReceiptBody | null;
}

export interface JobFilter {
  readonly states?: readonly JobState[];
  readonly task?: string;
  readonly lane?: string;
  readonly model?: string;
  readonly error?: string;
  readonly batch?: string;
  readonly user?: string;
  readonly retryOf?: string;
  readonly createdAfter?: Date;
  readonly createdBefore?: Date;
  readonly costOver?: bigint;
  readonly scoreUnder?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface JobPage {
  readonly limit: number;
  readonly order: 'asc' | 'desc';
  /** the id that the page begins behind */
  readonly after?: string;
}

export interface Jobs {
  readonly get: (tenant: TenantId, id: string) => Promise<JobRow | null>;
  /** up to one row more than asked for, by which the caller knows whether there is a next page */
  readonly list: (tenant: TenantId, filter: JobFilter, page: JobPage) => Promise<JobRow[]>;
  /** queued rows, counted no further than the limit */
  readonly countQueued: (limit: number) => Promise<number>;
}

const columns = `j.id, j.batch_id, j.row_number, j.task, j.version, j.state,
  (SELECT v.content FROM task_version v WHERE v.tenant_id = j.tenant_id AND v.name = j.task AND v.version = j.version) AS content, j.stage, j.lane, j.tier, j.model, j.floor, j.deadline, j.strict,
  j.end_user, j.metadata, j.created_at, coalesce(j.started_at, (SELECT min(a.sent_at) FROM attempt a WHERE a.job_id = j.id)) AS started_at, j.ended_at,
  j.deadline_at, j.parked_until, j.cap, j.held, j.spent, j.over, j.attempts, j.deaths, j.events, j.joined_to, j.retry_of, j.score, j.result,
  j.error, r.id AS receipt_id, r.body AS receipt_body`;

type Condition = readonly [sql: (place: string) => string, value: unknown];

const conditions = (filter: JobFilter): Condition[] => {
  const all: [unknown, (place: string) => string][] = [
    [filter.states, (at) => `j.state = ANY (${at})`],
    [filter.task, (at) => `j.task = ${at}`],
    [filter.lane, (at) => `j.lane = ${at}`],
    [filter.model, (at) => `j.model = ${at}`],
    [filter.error, (at) => `j.error ->> 'code' = ${at}`],
    [filter.batch, (at) => `j.batch_id = ${at}`],
    [filter.user, (at) => `j.end_user = ${at}`],
    [filter.retryOf, (at) => `j.retry_of = ${at}`],
    [filter.createdAfter, (at) => `j.created_at > ${at}`],
    [filter.createdBefore, (at) => `j.created_at < ${at}`],
    [filter.costOver?.toString(), (at) => `j.spent + j.over > ${at}::bigint`],
    [filter.scoreUnder, (at) => `j.score < ${at}`],
    [filter.metadata && JSON.stringify(filter.metadata), (at) => `j.metadata @> ${at}::jsonb`],
  ];
  return all.flatMap(([value, sql]) => (value === undefined ? [] : [[sql, value] as const]));
};

export const createJobs = (sql: Sql): Jobs => ({
  get: async (tenant, id) => {
    const rows = await sql.query<JobRow>(
      `SELECT ${columns} FROM job j LEFT JOIN receipt r ON r.job_id = j.id WHERE j.tenant_id = $1 AND j.id = $2`,
      [tenant, id],
    );
    return rows[0] ?? null;
  },
  list: async (tenant, filter, { limit, order, after }) => {
    const values: unknown[] = [tenant];
    const place = (value: unknown): string => `$${values.push(value)}`;
    const wheres = ['j.tenant_id = $1', ...conditions(filter).map(([where, value]) => where(place(value)))];
    if (after !== undefined) wheres.push(`j.id ${order === 'asc' ? '>' : '<'} ${place(after)}`);
    return sql.query<JobRow>(
      `SELECT ${columns} FROM job j LEFT JOIN receipt r ON r.job_id = j.id
        WHERE ${wheres.join(' AND ')} ORDER BY j.id ${order === 'asc' ? 'ASC' : 'DESC'} LIMIT ${place(limit + 1)}`,
      values,
    );
  },
  countQueued: async (limit) => {
    const rows = await sql.query<{ n: bigint }>(
      // The order is the partial index's: without it a plan made on old figures may read the whole table to find nothing.
      `SELECT count(*) AS n FROM (SELECT 1 FROM job WHERE state = 'queued' ORDER BY tenant_id, id LIMIT $1) AS rows_seen`,
      [limit],
    );
    return Number(rows[0]?.n ?? 0n);
  },
});
