import type { JobEventKind } from '@winnow/contracts';
import type { Sql } from './database';

export interface EventRow {
  readonly n: number;
  readonly kind: JobEventKind;
  readonly data: unknown;
}

export interface Events {
  /** what a job's stream has to tell behind event `after`, in order */
  readonly ofJob: (job: string, after: number, limit: number) => Promise<EventRow[]>;
}

export const createEvents = (sql: Sql): Events => ({
  ofJob: (job, after, limit) =>
    sql.query<EventRow>('SELECT n, kind, data FROM event WHERE job_id = $1 AND n > $2 ORDER BY n LIMIT $3', [
      job,
      after,
      limit,
    ]),
});
