import type { Sql } from './database';

const mostRounds = 20;
const mostDeleted = 5_000;
/** Answers are long, and forgetting one writes its row anew. */
const mostForgotten = 1_000;

interface Chunk {
  readonly most: number;
  readonly statement: string;
}

/** Ids begin with the time, so what is old lies together at the front of its key: no index on the time is needed to find it. */
const firstIdAfter = (age: string): string =>
  `rpad(lpad(to_hex((extract(epoch FROM now() - interval '${age}') * 1000)::bigint), 12, '0'), 32, '0')::uuid`;

const chunks: readonly Chunk[] = [
  {
    most: mostDeleted,
    statement: `DELETE FROM idempotency WHERE ctid IN (
     SELECT ctid FROM idempotency WHERE at < now() - interval '7 days' LIMIT ${mostDeleted} FOR UPDATE SKIP LOCKED) RETURNING 1 AS one`,
  },
  {
    most: mostDeleted,
    statement: `DELETE FROM event WHERE (job_id, n) IN (
     SELECT job_id, n FROM event WHERE job_id < ${firstIdAfter('7 days')} AND at < now() - interval '7 days'
      ORDER BY job_id, n LIMIT ${mostDeleted} FOR UPDATE SKIP LOCKED) RETURNING 1 AS one`,
  },
  {
    most: mostDeleted,
    statement: `DELETE FROM worker WHERE gone_at < now() - interval '1 day' AND id NOT IN (SELECT worker_id FROM job WHERE worker_id IS NOT NULL)
   RETURNING 1 AS one`,
  },
  // A paid answer is kept so that it is not bought again should its job run once more: a job that has ended never does. OFFSET 0 keeps the
  // question a look-up by key for each attempt: as a join it may be planned to read all jobs.
  {
    most: mostForgotten,
    statement: `UPDATE attempt SET answer = NULL WHERE id = ANY (ARRAY(
     SELECT a.id FROM attempt a WHERE a.answer IS NOT NULL AND a.id < ${firstIdAfter('1 hour')}
        AND EXISTS (SELECT 1 FROM job j WHERE j.id = a.job_id AND j.ended_at < now() - interval '1 hour'
                       AND j.state IN ('succeeded', 'failed', 'canceled', 'aborted') OFFSET 0)
      ORDER BY a.id LIMIT ${mostForgotten} FOR UPDATE SKIP LOCKED)) RETURNING 1 AS one`,
  },
];

/** Deletes what has been kept long enough, in chunks: no statement runs long, and what one round leaves the next one finds. */
export const createPurge = (rest: Sql) => async (): Promise<void> => {
  for (const { most, statement } of chunks)
    for (let round = 1; (await rest.query(statement)).length === most && round < mostRounds; round += 1);
};
