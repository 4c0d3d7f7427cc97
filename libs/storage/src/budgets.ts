import type { BudgetKind } from '@winnow/contracts';
import { uuidv7 } from '@winnow/kernel';
import type { Sql } from './database';
import { resumeParked } from './resume-parked';
import type { TenantId } from './tenant-id';
import { findWindows, type Payer } from './windows';

/** A scope of a tenant: its kind, and the end user, batch or source that it is about; empty for the tenant's own. */
export interface BudgetScope {
  readonly kind: BudgetKind;
  readonly name: string;
}

export interface BudgetRow extends BudgetScope {
  /** orders a list of them */
  readonly id: string;
  readonly cap: bigint | null;
  readonly spent: bigint;
  readonly held: bigint;
  readonly over: bigint;
  readonly left: bigint | null;
  readonly opens_at: Date;
  readonly closes_at: Date;
  readonly next_cap: bigint | null;
  readonly next_from: Date | null;
  readonly parked: number;
}

export interface EntryRow {
  readonly id: bigint;
  readonly at: Date;
  readonly kind: 'settled' | 'released' | 'unknown' | 'corrected';
  readonly hold_id: string;
  readonly job_id: string;
  readonly nanos: bigint;
}

/** A budget in which a call does not fit. */
export interface FullBudget {
  readonly scope: string;
  readonly cap: bigint;
  readonly spent: bigint;
  readonly held: bigint;
  readonly closesAt: Date;
}

interface Page {
  readonly limit: number;
  readonly order: 'asc' | 'desc';
  readonly after?: string;
}

export interface Budgets {
  readonly requestCap: (tenant: TenantId) => Promise<bigint>;
  readonly setRequestCap: (tenant: TenantId, cap: bigint) => Promise<void>;
  /** the tenant's own and those that it has set a cap for, one row more than asked for where there are more */
  readonly list: (tenant: TenantId, page: Omit<Page, 'order'>) => Promise<BudgetRow[]>;
  readonly get: (tenant: TenantId, scope: BudgetScope) => Promise<BudgetRow | null>;
  readonly isBatch: (tenant: TenantId, batch: string) => Promise<boolean>;
  /** sets a cap and sends out again the parked jobs that it makes room for; tells how many */
  readonly setCap: (tenant: TenantId, scope: BudgetScope, cap: bigint, from: 'now' | 'next') => Promise<number>;
  readonly entries: (tenant: TenantId, scope: BudgetScope, page: Page) => Promise<EntryRow[]>;
  /** the budget of the payer that has no room for so much, if there is one */
  readonly findFull: (payer: Payer, nanos: bigint) => Promise<FullBudget | null>;
  /** parked jobs of a tenant, counted no further than the limit */
  readonly countParked: (tenant: TenantId, limit: number) => Promise<number>;
}

const mostParked = 100_000;
const mostWindows = 400;

/** The tenant's own scopes stand before all others; a rule's id is a UUIDv7 and never as small. */
const scopes = `
  SELECT '00000000-0000-0000-0000-000000000001'::uuid AS id, 'tenant-day' AS kind, '' AS name
   UNION ALL SELECT '00000000-0000-0000-0000-000000000002', 'tenant-month', ''
   UNION ALL SELECT id, kind, name FROM budget_rule WHERE tenant_id = $1 AND name <> ''`;

const look = (from: string): string => `
SELECT s.id, s.kind, s.name, coalesce(b.cap, n.cap) AS cap, coalesce(b.spent, 0) AS spent, coalesce(b.held, 0) AS held,
       coalesce(b.over, 0) AS over, greatest(coalesce(least(b.cap, b.target) - b.spent - b.held - b.over, n.cap), 0) AS left,
       coalesce(b.opens_at, w.opens_at) AS opens_at, coalesce(b.closes_at, w.closes_at) AS closes_at,
       CASE WHEN r.next_from > now() THEN r.next_cap END AS next_cap, CASE WHEN r.next_from > now() THEN r.next_from END AS next_from,
       (SELECT count(*)::int FROM (SELECT 1 FROM job j WHERE j.state = 'parked' AND j.tenant_id = $1 AND j.parked_scope = s.kind || ':' || s.name
         LIMIT ${mostParked}) p) AS parked
  FROM (${from}) s JOIN tenant t ON t.id = $1
  LEFT JOIN budget_rule r ON r.tenant_id = t.id AND r.kind = s.kind AND r.name = s.name
 CROSS JOIN LATERAL window_at(s.kind, t.time_zone, now()) w
 CROSS JOIN LATERAL (SELECT cap_at(t.id, s.kind, s.name, w.opens_at) AS cap) n
  LEFT JOIN LATERAL (
    SELECT * FROM budget o WHERE o.kind = s.kind AND o.subject = budget_subject(t.id, s.kind, s.name) AND o.opens_at <= now() AND o.closes_at > now()
     ORDER BY o.opens_at DESC LIMIT 1) b ON true`;

const entriesOf = (order: 'asc' | 'desc'): string => `
SELECT e.id, e.at, e.kind, e.hold_id, a.job_id, e.nanos
  FROM (SELECT id FROM budget WHERE kind = $2 AND subject = budget_subject($1, $2, $3) AND tenant_id = $1 ORDER BY opens_at DESC LIMIT ${mostWindows}) b
 CROSS JOIN LATERAL (
    SELECT * FROM entry x WHERE x.budget_id = b.id AND ($4::bigint IS NULL OR x.id ${order === 'asc' ? '>' : '<'} $4)
     ORDER BY x.id ${order} LIMIT $5) e
  JOIN attempt a ON a.id = e.hold_id ORDER BY e.id ${order} LIMIT $5`;

const full = `
SELECT id, cap, spent, held, closes_at FROM budget WHERE id = ANY ($1) AND least(cap, target) - spent - held - over < $2
 ORDER BY closes_at DESC, id LIMIT 1`;

export const createBudgets = (sql: Sql): Budgets => ({
  requestCap: async (tenant) => {
    const [row] = await sql.query<{ request_cap: bigint }>('SELECT request_cap FROM tenant WHERE id = $1', [tenant]);
    if (row === undefined) throw new Error(`no tenant ${tenant}`);
    return row.request_cap;
  },
  setRequestCap: async (tenant, cap) =>
    void (await sql.query('UPDATE tenant SET request_cap = $2 WHERE id = $1', [tenant, cap])),
  list: (tenant, { limit, after }) =>
    sql.query<BudgetRow>(
      look(`SELECT * FROM (${scopes}) x WHERE $2::uuid IS NULL OR x.id > $2 ORDER BY x.id LIMIT $3`) + ' ORDER BY s.id',
      [tenant, after ?? null, limit + 1],
    ),
  get: async (tenant, { kind, name }) => {
    const [row] = await sql.query<BudgetRow>(look('SELECT NULL::uuid AS id, $2::text AS kind, $3::text AS name'), [
      tenant,
      kind,
      name,
    ]);
    return row ?? null;
  },
  isBatch: async (tenant, batch) =>
    (await sql.query('SELECT 1 FROM batch WHERE id = $1 AND tenant_id = $2', [batch, tenant])).length > 0,
  setCap: async (tenant, { kind, name }, cap, from) => {
    await sql.query('SELECT set_cap($1, $2, $3, $4, $5, $6)', [uuidv7(), tenant, kind, name, cap, from === 'next']);
    return (await resumeParked(sql, { tenant, seen: null, most: 500 })).resumed;
  },
  entries: (tenant, { kind, name }, { limit, order, after }) =>
    sql.query<EntryRow>(entriesOf(order), [tenant, kind, name, after ?? null, limit + 1]),
  findFull: async (payer, nanos) => {
    const { list } = await findWindows(sql, payer);
    const [row] = await sql.query<{ id: bigint; cap: bigint; spent: bigint; held: bigint; closes_at: Date }>(full, [
      list.map(({ id }) => id),
      nanos,
    ]);
    const window = list.find(({ id }) => id === row?.id);
    if (row === undefined || window === undefined) return null;
    return { scope: window.scope, cap: row.cap, spent: row.spent, held: row.held, closesAt: row.closes_at };
  },
  countParked: async (tenant, limit) => {
    const [row] = await sql.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM (SELECT 1 FROM job WHERE tenant_id = $1 AND state = 'parked' ORDER BY tenant_id, parked_scope, id LIMIT $2) p`,
      [tenant, limit],
    );
    return row?.n ?? 0;
  },
});
