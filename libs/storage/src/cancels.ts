import type { JobState } from '@winnow/contracts';
import type { Sql } from './database';
import type { TenantId } from './tenant-id';

/** What a cancel can do in one step to a job that paid work may hold: ask it to stop. Null: it is in no state for that. */
export const askToStop = async (sql: Sql, tenant: TenantId, job: string): Promise<JobState | null> => {
  const rows = await sql.query<{ state: JobState }>(
    `WITH asked AS (
       UPDATE job SET state = 'canceling', events = events + 1 WHERE tenant_id = $1 AND id = $2 AND state = 'running' RETURNING id, events, state
     ), told AS (
       INSERT INTO event (job_id, n, kind, data)
       SELECT id, events, 'state', jsonb_build_object('state', 'canceling', 'at', to_char(now(), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) FROM asked
     ) SELECT state FROM asked`,
    [tenant, job],
  );
  return rows[0]?.state ?? null;
};
