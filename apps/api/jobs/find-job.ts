import { Refusal } from '@winnow/contracts';
import { decodeId } from '@winnow/kernel';
import type { JobRow, Jobs, TenantId } from '@winnow/storage';

// One answer for what was never there, for what is gone and for what is another tenant's.
export const noSuchJob = (): Refusal => new Refusal('not-found', 'there is no such job');

/** The uuid in a job's id. What cannot be an id is not there, like one that nobody has. */
export const jobUuid = (id: string): string => {
  const uuid = decodeId('job', id);
  if (uuid === null) throw noSuchJob();
  return uuid;
};

export const findJob = async (jobs: Pick<Jobs, 'get'>, tenant: TenantId, uuid: string): Promise<JobRow> => {
  const row = await jobs.get(tenant, uuid);
  if (row === null) throw noSuchJob();
  return row;
};
