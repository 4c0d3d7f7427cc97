import type { TriedSample, TrialVerdict } from '@winnow/analysis';
import type { TaskBody } from '@winnow/contracts';
import type { Sql } from './database';

/** A version all of whose samples have ended. */
export interface DueTrial {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly definition: TaskBody;
  readonly samples: readonly TriedSample[];
}

export interface TaskTrials {
  /** those that have waited longest, a few at a time */
  readonly due: () => Promise<DueTrial[]>;
  /** once: a version that was retired meanwhile, or decided by another keeper, stays as it is */
  readonly decide: (id: string, verdict: Exclude<TrialVerdict, { kind: 'open' }>) => Promise<boolean>;
}

const mostAtOnce = 20;
const ended = `('succeeded', 'failed', 'canceled', 'aborted')`;

// What is under way is left out by its key alone, before any input or result is read.
const due = `
SELECT v.id, v.name, v.version, v.definition,
       (SELECT coalesce(json_agg(json_build_object('n', s.n, 'expected', s.expected, 'job', CASE WHEN j.id IS NULL THEN NULL ELSE
                 json_build_object('state', j.state, 'score', j.score, 'result', j.result, 'error', j.error) END) ORDER BY s.n), '[]')
          FROM task_sample s LEFT JOIN job j ON j.id = s.job_id WHERE s.task_id = v.id) AS samples
  FROM task_version v
 WHERE v.state = 'trial'
   AND NOT EXISTS (SELECT 1 FROM task_sample s JOIN job j ON j.id = s.job_id WHERE s.task_id = v.id AND j.state NOT IN ${ended})
 ORDER BY v.created_at LIMIT ${mostAtOnce}`;

export const createTaskTrials = (sql: Sql): TaskTrials => ({
  due: () => sql.query<DueTrial>(due),
  decide: async (id, verdict) => {
    const rows = await sql.query(
      `UPDATE task_version SET state = $2, reasons = $3, decided_at = now() WHERE id = $1 AND state = 'trial' RETURNING 1 AS one`,
      [id, verdict.kind, verdict.kind === 'refused' ? verdict.reasons : []],
    );
    return rows.length === 1;
  },
});
