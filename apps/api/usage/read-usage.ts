import { Refusal, type SessionQuery, type UsageBucket, type UsageDimension, type UsageQuery } from '@winnow/contracts';
import { printUsd } from '@winnow/kernel';
import type { TenantId, UsageAnswer, UsagePlace, UsageSpan } from '@winnow/storage';
import { acceptsType } from '../http/accepts-type';
import type { Reply } from '../http/send';
import type { Cursors, CursorScope } from '../jobs/cursor';
import type { ApiPorts } from '../ports';
import { printCsv } from './csv';
import { csvColumns, presentCounts, presentGroup, presentSavings } from './present-usage';

export interface UsagePorts extends Pick<ApiPorts, 'usage' | 'now'> {
  readonly cursors: Cursors;
  readonly publicUrl?: string;
}

export type Report = keyof typeof csvColumns;

const mostBuckets = 400;
const usualBuckets = 30;
const mostRows = 1_000;
const dayMs = 86_400_000;
const bucketMs: Record<UsageBucket, number> = { hour: 3_600_000, day: dayMs, week: 7 * dayMs, month: 30 * dayMs };

const malformed = (parameter: string, detail: string): Refusal =>
  new Refusal('malformed-parameter', `${parameter}: ${detail}`, {
    errors: [{ pointer: `/${parameter}`, code: 'not-allowed', detail }],
  });

interface Read {
  readonly bucket: UsageBucket;
  readonly by: readonly UsageDimension[];
  readonly span: UsageSpan;
  readonly answer: UsageAnswer;
  readonly limit: number;
  readonly next: string | null;
}

// Groups have no id of their own: what names one is its bucket and its names. Text that was signed here needs no second check.
const printPlace = ({ at, names }: UsagePlace): string => JSON.stringify([at.toISOString(), ...names]);
const parsePlace = (text: string): UsagePlace => {
  const [at = '', ...names] = JSON.parse(text) as string[];
  return { at: new Date(at), names };
};

const spanOf = async (at: UsagePorts, tenant: TenantId, query: UsageQuery, bucket: UsageBucket): Promise<UsageSpan> => {
  const to = query.to === undefined ? at.now() : new Date(query.to);
  const from =
    query.from === undefined ? new Date(to.getTime() - usualBuckets * bucketMs[bucket]) : new Date(query.from);
  if (from >= to) throw malformed('from', 'it has to be before to');
  const span = await at.usage.span(tenant, from, to, bucket, mostBuckets);
  if (span.buckets > mostBuckets) throw malformed('bucket', `more than ${mostBuckets} of them between from and to`);
  return span;
};

const read = async (at: UsagePorts, tenant: TenantId, list: Report, query: UsageQuery): Promise<Read> => {
  const { bucket = 'day', after, limit: limitText, format: _, ...filter } = query;
  const limit = Number(limitText ?? mostRows);
  const by = [...new Set([query.by ?? []].flat())];
  const scope: CursorScope = { list, tenant, order: bucket, filter };
  const behind = after === undefined ? null : parsePlace(at.cursors.readPlace(scope, after));
  const span = await spanOf(at, tenant, query, bucket);
  const answer = await at.usage.read(tenant, { from: span.from, to: span.to, bucket, by, limit, after: behind });
  const rows = answer.rows.slice(0, limit);
  const last = rows.at(-1);
  const next = answer.rows.length > limit && last !== undefined ? at.cursors.writePlace(scope, printPlace(last)) : null;
  return { bucket, by, span, answer: { ...answer, rows }, limit, next };
};

const headOf = ({ bucket, by, span, answer }: Read) => ({
  from: span.from.toISOString(),
  to: span.to.toISOString(),
  bucket,
  timeZone: span.timeZone,
  by,
  asOf: answer.asOf.toISOString(),
});

const bodyOf = (list: Report, found: Read): unknown => {
  const { answer, by, next } = found;
  const rows = answer.rows.map((row) => ({ at: row.at.toISOString(), group: presentGroup(by, row), row }));
  const paging = { hasMore: next !== null, next };
  if (list === 'usage')
    return {
      object: 'usage',
      ...headOf(found),
      total: presentCounts(answer.total),
      data: rows.map(({ row, ...rest }) => ({ ...rest, ...presentCounts(row) })),
      ...paging,
    };
  return {
    object: 'savings',
    ...headOf(found),
    ...presentSavings(answer.total),
    data: rows.map(({ row, ...rest }) => ({ ...rest, ...presentSavings(row) })),
    ...paging,
  };
};

const csvOf = (list: Report, { by, answer }: Read): string => {
  const { header, cells } = csvColumns[list];
  const rows = answer.rows.map((row) => {
    const group = presentGroup(by, row);
    return [row.at.toISOString(), ...by.map((name) => group[name] ?? null), ...cells(row)];
  });
  return printCsv(['at', ...by, ...header], rows);
};

/** Who names CSV gets it; who takes anything gets JSON. */
const wantsCsv = ({ format }: UsageQuery, accept: string | undefined): boolean =>
  format === undefined ? !acceptsType(accept, 'application/json') && acceptsType(accept, 'text/csv') : format === 'csv';

/** Sums of receipts and corrections, rolled up and not yet rolled up together. */
export const readReport = async (
  at: UsagePorts,
  tenant: TenantId,
  list: Report,
  query: UsageQuery,
  accept: string | undefined,
): Promise<Reply | { readonly csv: string; readonly headers: Record<string, string> }> => {
  const found = await read(at, tenant, list, query);
  const headers: Record<string, string> = {};
  if (found.next !== null) {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...query, after: found.next }))
      for (const one of [value].flat()) if (one !== undefined) parameters.append(name, one);
    headers['link'] = `<${at.publicUrl ?? ''}/api/v1/${list}?${parameters}>; rel="next"`;
  }
  if (wantsCsv(query, accept)) return { csv: csvOf(list, found), headers };
  return { status: 200, headers, body: bodyOf(list, found) };
};

const longestSessionMs = 31 * dayMs;
const mostRequests = 100_000;

/** What one end user asked for in a span, read from the jobs themselves: exact to the millisecond, and up to now. */
export const readSession = async (
  at: UsagePorts,
  tenant: TenantId,
  user: string,
  query: SessionQuery,
): Promise<Reply> => {
  const to = query.to === undefined ? at.now() : new Date(query.to);
  const from = query.from === undefined ? new Date(to.getTime() - dayMs) : new Date(query.from);
  if (from >= to) throw malformed('from', 'it has to be before to');
  if (to.getTime() - from.getTime() > longestSessionMs) throw malformed('from', 'at most 31 days before to');
  const found = await at.usage.session(tenant, user, from, to, mostRequests);
  const body = {
    object: 'session',
    user,
    from: from.toISOString(),
    to: to.toISOString(),
    requests: Number(found.requests),
    states: found.states,
    cost: printUsd(found.cost),
    held: printUsd(found.held),
    firstAt: found.first_at?.toISOString() ?? null,
    lastAt: found.last_at?.toISOString() ?? null,
    complete: Number(found.requests) < mostRequests,
  };
  return { status: 200, body };
};
