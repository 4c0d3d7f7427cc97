import type { TenantId } from '@winnow/storage';
import type { Reply } from '../http/send';
import type { ApiPorts } from '../ports';
import type { Cursors, CursorScope } from './cursor';
import { jobFilterOf, type JobListQuery } from './job-filter';
import { presentJob, type Presenting } from './present-job';

export interface ListPorts extends Pick<ApiPorts, 'jobs'> {
  readonly presenting: Presenting;
  readonly cursors: Cursors;
}

const usualLimit = 50;
const path = '/api/v1/jobs';

/** The address of the next page: this one's, with another `after`. */
const linkTo = (query: JobListQuery, next: string, publicUrl = ''): string => {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, after: next })) {
    if (typeof value === 'object' && !Array.isArray(value))
      for (const [key, inner] of Object.entries(value)) parameters.append(`${name}[${key}]`, String(inner));
    else for (const one of [value].flat()) if (one !== undefined) parameters.append(name, one);
  }
  return `<${publicUrl}${path}?${parameters}>; rel="next"`;
};

export const listJobs = async (at: ListPorts, tenant: TenantId, query: JobListQuery): Promise<Reply> => {
  const { limit: limitText, after, order = 'desc', ...filter } = query;
  const limit = Number(limitText ?? usualLimit);
  const scope: CursorScope = { list: 'jobs', tenant, order, filter };
  const behind = after === undefined ? undefined : at.cursors.read(scope, after);
  const rows = await at.jobs.list(tenant, jobFilterOf(query), { limit, order, after: behind });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next = rows.length > limit && last !== undefined ? at.cursors.write(scope, last.id) : null;
  return {
    status: 200,
    headers: next === null ? {} : { link: linkTo(query, next, at.presenting.publicUrl) },
    body: { object: 'list', data: page.map((row) => presentJob(at.presenting, row)), hasMore: next !== null, next },
  };
};
