import type { Sql } from './database';
import type { TenantId } from './tenant-id';

export type ReviewReason = 'below-floor' | 'audit' | 'disagreement';
export type ReviewVerdict = 'right' | 'wrong' | 'fixed';

export interface ReviewRow {
  readonly job_id: string;
  readonly task: string;
  readonly version: number;
  readonly reason: ReviewReason;
  readonly state: 'open' | 'decided';
  readonly score: number | null;
  readonly verdict: ReviewVerdict | null;
  readonly answer: unknown;
  readonly note: string | null;
  readonly created_at: Date;
  readonly decided_at: Date | null;
  readonly input: unknown;
  readonly result: unknown;
}

export interface ReviewPage {
  readonly limit: number;
  readonly order: 'asc' | 'desc';
  readonly after?: string;
  readonly state?: 'open' | 'decided';
  readonly task?: string;
  readonly reason?: ReviewReason;
}

export interface Decision {
  readonly verdict: ReviewVerdict;
  readonly answer: unknown;
  readonly note: string | null;
  /** the key by which it was said */
  readonly key: string;
}

export interface Reviews {
  /** up to one row more than asked for */
  readonly list: (tenant: TenantId, page: ReviewPage) => Promise<ReviewRow[]>;
  readonly get: (tenant: TenantId, job: string) => Promise<ReviewRow | null>;
  /** once: whether this call was the one that decided it */
  readonly decide: (tenant: TenantId, job: string, decision: Decision) => Promise<boolean>;
}

const columns = `r.job_id, r.task, r.version, r.reason, r.state, r.score, r.verdict, r.answer, r.note, r.created_at, r.decided_at,
  j.input, j.result`;

// The label reaches the answer that was handed over in the same statement: learning never sees the one without the other.
const decide = `
WITH decided AS (
  UPDATE review SET state = 'decided', verdict = $3, answer = $4, note = $5, decided_by = $6, decided_at = now()
   WHERE tenant_id = $1 AND job_id = $2 AND state = 'open' RETURNING job_id
), labelled AS (
  UPDATE outcome o SET label = CASE WHEN $3 = 'right' THEN 1 ELSE 0 END, labeller = 'human' FROM decided d WHERE o.job_id = d.job_id AND o.served
)
SELECT 1 AS one FROM decided`;

export const createReviews = (sql: Sql): Reviews => ({
  list: (tenant, { limit, order, after, state, task, reason }) => {
    const values: unknown[] = [tenant];
    const place = (value: unknown): string => `$${values.push(value)}`;
    const wheres = ['r.tenant_id = $1'];
    if (state !== undefined) wheres.push(`r.state = ${place(state)}`);
    if (task !== undefined) wheres.push(`r.task = ${place(task)}`);
    if (reason !== undefined) wheres.push(`r.reason = ${place(reason)}`);
    if (after !== undefined) wheres.push(`r.job_id ${order === 'asc' ? '>' : '<'} ${place(after)}`);
    return sql.query<ReviewRow>(
      `SELECT ${columns} FROM review r JOIN job j ON j.id = r.job_id
        WHERE ${wheres.join(' AND ')} ORDER BY r.job_id ${order === 'asc' ? 'ASC' : 'DESC'} LIMIT ${place(limit + 1)}`,
      values,
    );
  },
  get: async (tenant, job) => {
    const rows = await sql.query<ReviewRow>(
      `SELECT ${columns} FROM review r JOIN job j ON j.id = r.job_id WHERE r.tenant_id = $1 AND r.job_id = $2`,
      [tenant, job],
    );
    return rows[0] ?? null;
  },
  decide: async (tenant, job, { verdict, answer, note, key }) => {
    const said = verdict === 'fixed' ? JSON.stringify(answer) : null;
    return (await sql.query(decide, [tenant, job, verdict, said, note, key])).length === 1;
  },
});
