import type { AttemptRecord, ClaimedJob } from '../ports';

/** A deadline only ends what has not begun: once something was sent, the job goes on to its answer, or to its failure. */
export const isTooLate = (
  { deadlinePassed }: Pick<ClaimedJob, 'deadlinePassed'>,
  attempts: readonly Pick<AttemptRecord, 'sentAt'>[],
): boolean => deadlinePassed && attempts.every(({ sentAt }) => sentAt === null);
