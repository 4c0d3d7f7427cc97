import { isTerminal, type AnyTask, type JobError, type JobState } from '@winnow/contracts';
import { legible } from '@winnow/kernel';
import { agree } from './agree';

/** A sample of a trial with the job that answered it; null: the job is not there any more. */
export interface TriedSample {
  readonly n: number;
  /** null: any answer that the checks accept will do */
  readonly expected: unknown;
  readonly job: {
    readonly state: JobState;
    readonly score: number | null;
    readonly result: unknown;
    readonly error: JobError | null;
  } | null;
}

export type TrialVerdict =
  | { readonly kind: 'open' }
  | { readonly kind: 'live' }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

const leastScore = 0.5;
const longestReason = 500;

const reasonOf = (task: AnyTask, { expected, job }: TriedSample): string | null => {
  if (job === null) return 'its job is gone';
  if (job.state !== 'succeeded')
    return `its job ${job.state}${job.error === null ? '' : `: ${job.error.code}, ${job.error.detail}`}`;
  if (!task.output.safeParse(job.result).success) return 'its answer does not fit the output schema';
  if (job.score === null || job.score < leastScore)
    return `its answer scored ${job.score ?? 'nothing'}, under ${leastScore}`;
  if (expected === null) return null;
  const { agrees, apart } = agree(task, expected, job.result);
  return agrees === true ? null : `its answer is not what was expected, in ${apart.join(', ')}`;
};

/** Whether a version may serve: every sample has to be answered well. It is said once all of them have ended. */
export const judgeTrial = (task: AnyTask, samples: readonly TriedSample[]): TrialVerdict => {
  if (samples.some(({ job }) => job !== null && !isTerminal(job.state))) return { kind: 'open' };
  const reasons = samples.flatMap((sample) => {
    const reason = reasonOf(task, sample);
    return reason === null ? [] : [legible(`sample ${sample.n}: ${reason}`, longestReason)];
  });
  if (samples.length === 0) return { kind: 'refused', reasons: ['it has no samples'] };
  return reasons.length === 0 ? { kind: 'live' } : { kind: 'refused', reasons };
};
