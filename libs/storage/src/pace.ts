import type { Sql } from './database';

export interface PaceRow {
  /** how many calls are behind the times */
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly mean: number;
  readonly deviation: number;
  readonly slots: number;
  readonly ahead: number;
}

/** How fast jobs of a task are done at present. */
export interface PaceReader {
  readonly of: (task: string) => Promise<PaceRow>;
}

const lately = 2_000;
const mostAhead = 100_000;
/** an executor that has not been heard of for so long is not counted on */
const aliveS = 60;

// Attempts by their ids, which rise with time. Of all tenants: how long a provider takes is nobody's own.
const pace = `
WITH recent AS (SELECT job_id, ms FROM attempt ORDER BY id DESC LIMIT ${lately}),
     times AS (SELECT a.ms FROM recent a JOIN job j ON j.id = a.job_id WHERE a.ms IS NOT NULL AND j.task = $1)
SELECT (SELECT count(*)::int FROM times) AS n,
       (SELECT coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms), 0)::float8 FROM times) AS p50,
       (SELECT coalesce(percentile_cont(0.95) WITHIN GROUP (ORDER BY ms), 0)::float8 FROM times) AS p95,
       (SELECT coalesce(avg(ms), 0)::float8 FROM times) AS mean,
       (SELECT coalesce(stddev_pop(ms), 0)::float8 FROM times) AS deviation,
       (SELECT coalesce(sum(slots), 0)::int FROM worker
         WHERE app = 'executor' AND gone_at IS NULL AND beat_at > now() - interval '${aliveS} seconds') AS slots,
       (SELECT count(*)::int FROM (SELECT 1 FROM job WHERE state = 'queued' LIMIT ${mostAhead}) AS q)
     + (SELECT count(*)::int FROM (SELECT 1 FROM job WHERE worker_id IS NOT NULL AND state <> 'queued' LIMIT ${mostAhead}) AS r) AS ahead`;

export const createPace = (sql: Sql): PaceReader => ({
  of: async (task) => {
    const [row] = await sql.query<PaceRow>(pace, [task]);
    if (row === undefined) throw new Error('a sum has a row');
    return row;
  },
});
