import type { AnyTask } from '@winnow/contracts';
import type { AttemptRecord, ClaimedJob, Verdict } from '../ports';
import { failed } from '../stages/fulfil-flow';

type Row = Pick<ClaimedJob, 'task' | 'version' | 'deaths' | 'deadlinePassed'>;

/** A row whose worker died this often is taken to be the cause. */
const mostDeaths = 3;

/**
 * What a claimed row alone says, asked before anything touches its input: what kills a worker that only looks at the job has to be found as
 * well. A deadline ends what has not begun; once something was sent, the job goes on.
 */
export const judgeRow = (
  row: Row,
  attempts: readonly Pick<AttemptRecord, 'n' | 'sentAt'>[],
  task: AnyTask | undefined,
): { readonly ended: Verdict } | { readonly task: AnyTask } => {
  if (row.deaths >= mostDeaths) {
    const why = `${row.deaths} workers died while they had this job`;
    return { ended: failed('quarantined', why, false, attempts.at(-1)?.n ?? null) };
  }
  if (row.deadlinePassed && attempts.every(({ sentAt }) => sentAt === null)) return { ended: { state: 'aborted' } };
  if (task !== undefined) return { task };
  return { ended: failed('internal', `${row.task}@${row.version} is not known here`, true, null) };
};
