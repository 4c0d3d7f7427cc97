import { concludeJob } from '@winnow/analysis';
import { isTerminal } from '@winnow/contracts';
import type { JobRow, TenantId } from '@winnow/storage';
import type { Reply } from '../http/send';
import type { ApiPorts } from '../ports';
import { findJob, noSuchJob } from './find-job';
import { presentJob, type Presenting } from './present-job';

export interface CancelPorts extends Pick<
  ApiPorts,
  'jobs' | 'journal' | 'catalogue' | 'newReceiptId' | 'now' | 'findStopping' | 'askToStop' | 'wakes'
> {
  readonly presenting: Presenting;
}

// Each try lost means that a worker moved the job on meanwhile, which it does a handful of times in a job's life.
const mostTries = 5;

const endUnstarted = async (at: CancelPorts, tenant: TenantId, { id }: JobRow): Promise<void> => {
  const stopping = await at.findStopping(tenant, id);
  if (stopping === null) throw noSuchJob();
  await concludeJob(at, {
    job: { id, fence: null, ...stopping },
    verdict: { state: 'canceled' },
    from: ['queued', 'parked'],
    lines: [],
    attempts: await at.journal.attemptsOf(id),
  });
};

/** One step towards the end of a job, by what it is at the moment. */
const step = async (at: CancelPorts, tenant: TenantId, row: JobRow): Promise<void> => {
  if (row.state === 'running') await at.askToStop(tenant, row.id);
  else await endUnstarted(at, tenant, row);
  at.wakes.publish([row.id]);
};

const isSettled = ({ state }: JobRow): boolean => isTerminal(state) || state === 'canceling';

/** Idempotent: whatever a job is when the cancel comes, asking again changes nothing more. */
export const cancelJob = async (at: CancelPorts, tenant: TenantId, uuid: string): Promise<Reply> => {
  let row = await findJob(at.jobs, tenant, uuid);
  for (let tries = 0; tries < mostTries && !isSettled(row); tries += 1) {
    await step(at, tenant, row);
    row = await findJob(at.jobs, tenant, uuid);
  }
  const job = presentJob(at.presenting, row);
  return job.done
    ? { status: 200, body: job }
    : { status: 202, headers: { location: job.urls.self, 'retry-after': '2' }, body: job };
};
