import type { ClaimedJob, Verdict } from '../ports';
import { failed } from '../stages/fulfil-flow';

/** A row whose worker died this often is taken to be the cause. */
const mostDeaths = 3;

/** Asked before anything else touches the input: what kills a worker while it only looks at the job has to be found as well. */
export const quarantine = ({ deaths }: Pick<ClaimedJob, 'deaths'>, lastAttempt: number | null): Verdict | null =>
  deaths < mostDeaths
    ? null
    : failed('quarantined', `${deaths} workers died while they had this job`, false, lastAttempt);
