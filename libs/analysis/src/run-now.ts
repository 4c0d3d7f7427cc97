import { concludeJob } from './conclude-job';
import type { createFulfil } from './fulfil';
import { decide, type IntakePorts } from './intake';
import type { Live } from './live';
import type { ClaimedJob, MoveVerdict } from './ports';

/**
 * Makes a job that its acceptance has claimed fall through intake and fulfil in one go: no hint, no second claim. Its plan is written with
 * what comes of it. Should this process die, its row goes through intake again, by the queue.
 */
export const createRunNow =
  (intake: IntakePorts, fulfil: ReturnType<typeof createFulfil>) =>
  async (job: ClaimedJob, live?: Live): Promise<MoveVerdict> => {
    const decided = await decide(intake, job);
    return 'verdict' in decided
      ? concludeJob(intake, { job, from: ['running'], ...decided })
      : fulfil({ ...job, plan: decided, planIsNew: true }, { live });
  };
