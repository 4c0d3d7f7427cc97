import { Refusal, type BudgetIn, type BudgetOut } from '@winnow/contracts';
import { parseUsd } from '@winnow/kernel';
import type { BudgetScope, TenantId } from '@winnow/storage';
import { z } from 'zod';
import { etagOf, matchesEtag } from '../http/etag';
import { refuseBody } from '../http/schema.pipe';
import type { Reply } from '../http/send';
import type { Cursors, CursorScope } from '../jobs/cursor';
import { tagged } from '../jobs/get-job';
import type { ApiPorts } from '../ports';
import { presentBudget, presentEntry, presentRequestCap } from './present-budget';
import { readScope, type ScopeId } from './scope-id';

export interface BudgetPorts extends Pick<ApiPorts, 'budgets' | 'nudge' | 'settings'> {
  readonly cursors: Cursors;
}

const pageOf = {
  limit: z
    .string()
    .regex(/^(?:[1-9]\d?|100)$/, 'a whole number from 1 to 100')
    .optional()
    .describe('1 to 100, 50 when not given'),
  after: z.string().min(1).max(200).optional().describe('`next` of the page before'),
};
export const budgetListQuery = z.strictObject(pageOf);
export type BudgetListQuery = z.infer<typeof budgetListQuery>;
export const entryListQuery = z.strictObject({
  ...pageOf,
  order: z.enum(['asc', 'desc']).optional().describe('desc when not given'),
});
export type EntryListQuery = z.infer<typeof entryListQuery>;

const usualLimit = 50;
const root = '/api/v1/budgets';
const noSuch = (): Refusal => new Refusal('not-found', 'there is no such budget');

const scopeOf = (id: string): ScopeId => {
  const scope = readScope(id);
  if (scope === null) throw noSuch();
  return scope;
};

const findBudget = async ({ budgets }: BudgetPorts, tenant: TenantId, scope: ScopeId): Promise<BudgetOut> => {
  if (scope === 'request') return presentRequestCap(await budgets.requestCap(tenant));
  const row = await budgets.get(tenant, scope);
  const isOwn = scope.name === '';
  if (row === null || (!isOwn && row.cap === null && row.next_cap === null)) throw noSuch();
  return presentBudget(row);
};

interface Found<Row> {
  readonly rows: readonly Row[];
  readonly limit: number;
  readonly scope: CursorScope;
  readonly path: string;
  readonly idOf: (row: Row) => string;
  readonly present: (row: Row) => unknown;
  readonly before?: readonly unknown[];
}

const pageReply = <Row>({ cursors, settings }: BudgetPorts, found: Found<Row>): Reply => {
  const { rows, limit, scope, path, idOf, present, before = [] } = found;
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next = rows.length > limit && last !== undefined ? cursors.write(scope, idOf(last)) : null;
  const query = new URLSearchParams({ limit: String(limit), order: scope.order, after: next ?? '' });
  if (path === root) query.delete('order');
  const link = `<${settings.http.publicUrl ?? ''}${path}?${query}>; rel="next"`;
  return {
    status: 200,
    headers: next === null ? {} : { link },
    body: { object: 'list', data: [...before, ...page.map(present)], hasMore: next !== null, next },
  };
};

/** The request cap, the tenant's own windows and every scope that a cap was set for. */
export const listBudgets = async (at: BudgetPorts, tenant: TenantId, query: BudgetListQuery): Promise<Reply> => {
  const limit = Number(query.limit ?? usualLimit);
  const scope: CursorScope = { list: 'budgets', tenant, order: 'asc', filter: {} };
  const after = query.after === undefined ? undefined : at.cursors.read(scope, query.after);
  const rows = await at.budgets.list(tenant, { limit, after });
  const before = after === undefined ? [presentRequestCap(await at.budgets.requestCap(tenant))] : [];
  return pageReply(at, { rows, limit, scope, path: root, idOf: ({ id }) => id, present: presentBudget, before });
};

export const getBudget = async (at: BudgetPorts, tenant: TenantId, id: string, ifNoneMatch?: string): Promise<Reply> =>
  tagged(await findBudget(at, tenant, scopeOf(id)), ifNoneMatch);

const checkFrom = (scope: ScopeId, from: BudgetIn['from']): void => {
  if (from !== 'next' || (scope !== 'request' && scope.kind !== 'batch')) return;
  throw refuseBody([{ pointer: '/from', code: 'not-allowed', detail: 'has to be now: this scope has no next window' }]);
};

/** Sets a cap. Parked jobs that it makes room for go on at once. */
export const putBudget = async (
  at: BudgetPorts,
  tenant: TenantId,
  id: string,
  { cap, from = 'now' }: BudgetIn,
  ifMatch?: string,
): Promise<Reply> => {
  const scope = scopeOf(id);
  checkFrom(scope, from);
  if (scope !== 'request' && scope.kind === 'batch' && !(await at.budgets.isBatch(tenant, scope.name))) throw noSuch();
  if (ifMatch !== undefined && !matchesEtag(ifMatch, etagOf(await findBudget(at, tenant, scope))))
    throw new Refusal('precondition-failed', 'the budget is not as If-Match names it: read it again');
  if (scope === 'request') await at.budgets.setRequestCap(tenant, parseUsd(cap));
  else if ((await at.budgets.setCap(tenant, scope, parseUsd(cap), from)) > 0) at.nudge();
  return tagged(await findBudget(at, tenant, scope), undefined);
};

// An entry's number in the shape of a row id, which is what cursors carry.
const toUuid = (id: bigint): string =>
  id
    .toString(16)
    .padStart(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
const fromUuid = (uuid: string): string => BigInt(`0x${uuid.replaceAll('-', '')}`).toString();

const accountOf = async (at: BudgetPorts, tenant: TenantId, id: string): Promise<BudgetScope> => {
  const scope = scopeOf(id);
  if (scope === 'request')
    throw new Refusal('not-found', 'the request cap has no account of its own: see the receipt of a job');
  await findBudget(at, tenant, scope);
  return scope;
};

export const listEntries = async (
  at: BudgetPorts,
  tenant: TenantId,
  id: string,
  { limit: limitText, after: cursor, order = 'desc' }: EntryListQuery,
): Promise<Reply> => {
  const account = await accountOf(at, tenant, id);
  const limit = Number(limitText ?? usualLimit);
  const scope: CursorScope = { list: 'entries', tenant, order, filter: { ...account } };
  const after = cursor === undefined ? undefined : fromUuid(at.cursors.read(scope, cursor));
  const rows = await at.budgets.entries(tenant, account, { limit, order, after });
  const path = `${root}/${encodeURIComponent(id)}/entries`;
  return pageReply(at, { rows, limit, scope, path, idOf: (row) => toUuid(row.id), present: presentEntry });
};
