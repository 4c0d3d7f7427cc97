import { presentAttempt } from '@winnow/analysis';
import { isTerminal, Refusal } from '@winnow/contracts';
import type { JobRow, TenantId } from '@winnow/storage';
import { etagOf, matchesEtag } from '../http/etag';
import type { Reply } from '../http/send';
import type { ApiPorts } from '../ports';
import { findJob } from './find-job';
import { presentJob, type Presenting } from './present-job';
import { presentReceipt } from './present-receipt';
import { waitForJob } from './wait-for-job';

export interface ReadPorts extends Pick<ApiPorts, 'jobs' | 'receipts' | 'wakes' | 'stopping' | 'settings'> {
  readonly presenting: Presenting;
}

export interface Look {
  readonly waitS: number | null;
  readonly ifNoneMatch: string | undefined;
  readonly gone: AbortSignal;
}

/** With its tag, or 304 where the caller has it already. */
export const tagged = (body: unknown, ifNoneMatch: string | undefined, headers: Record<string, string> = {}): Reply => {
  const etag = etagOf(body);
  return { status: matchesEtag(ifNoneMatch, etag) ? 304 : 200, headers: { etag, ...headers }, body };
};

const rowOf = (at: ReadPorts, tenant: TenantId, uuid: string, { waitS, ifNoneMatch, gone }: Look): Promise<JobRow> => {
  const get = (): Promise<JobRow> => findJob(at.jobs, tenant, uuid);
  if (waitS === null) return get();
  // Who names the state that he has waits for another one; who names none waits for the end.
  const isEnough = (row: JobRow): boolean =>
    isTerminal(row.state) ||
    (ifNoneMatch !== undefined && !matchesEtag(ifNoneMatch, etagOf(presentJob(at.presenting, row))));
  return waitForJob({ wakes: at.wakes, get, isEnough, stopping: at.stopping }, uuid, waitS * 1000, gone);
};

export const getJob = async (at: ReadPorts, tenant: TenantId, uuid: string, look: Look): Promise<Reply> => {
  const row = await rowOf(at, tenant, uuid, look);
  const applied: Record<string, string> = look.waitS === null ? {} : { 'preference-applied': `wait=${look.waitS}` };
  return tagged(presentJob(at.presenting, row), look.ifNoneMatch, applied);
};

export const getReceipt = async (
  at: ReadPorts,
  tenant: TenantId,
  uuid: string,
  ifNoneMatch?: string,
): Promise<Reply> => {
  const receipt = await at.receipts.ofJob(tenant, uuid);
  if (receipt !== null) return tagged(presentReceipt(receipt, at.settings.sandbox), ifNoneMatch);
  const { state } = await findJob(at.jobs, tenant, uuid);
  throw new Refusal('not-found', `the job is ${state}: its receipt is written when it is done`, { state });
};

export const getAttempts = async (
  at: ReadPorts,
  tenant: TenantId,
  uuid: string,
  ifNoneMatch?: string,
): Promise<Reply> => {
  await findJob(at.jobs, tenant, uuid);
  const attempts = (await at.receipts.attemptsOf(tenant, uuid)) ?? [];
  return tagged({ object: 'list', data: attempts.map(presentAttempt), hasMore: false, next: null }, ifNoneMatch);
};
