import type { QuoteBody } from '@winnow/contracts';
import type { Sql } from './database';
import type { TenantId } from './tenant-id';

export interface NewQuote {
  readonly id: string;
  readonly tenantId: TenantId;
  readonly task: string;
  readonly version: number;
  /** how many jobs the forecast is of */
  readonly jobs: number;
  readonly expected: bigint;
  readonly low: bigint;
  readonly high: bigint;
  readonly body: QuoteBody;
  readonly standsMs: number;
}

export interface QuoteRow {
  readonly id: string;
  readonly task: string;
  readonly version: number;
  readonly jobs: number;
  readonly low: bigint;
  readonly high: bigint;
  readonly body: QuoteBody;
  readonly done: number;
  readonly actual: bigint;
  readonly inside: boolean | null;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly track_quotes: number;
  readonly track_inside: number;
}

export interface Track {
  readonly quotes: number;
  readonly inside: number;
  readonly kappa: number;
}

/** A forecast whose jobs are all done. */
export interface DueForecast {
  readonly id: string;
  readonly tenant_id: string;
  readonly task: string;
  readonly jobs: number;
  readonly done: number;
  readonly low: bigint;
  readonly high: bigint;
  readonly actual: bigint;
  readonly kappa: number;
}

export interface OutputBin {
  readonly model: string;
  readonly size: number;
  readonly n: bigint;
  readonly tokens: bigint;
}

/** What the past says about a task of a tenant: how long answers were, how good, and what was paid on top of them. */
export interface Past {
  readonly bins: readonly OutputBin[];
  readonly jobs: bigint;
  readonly cost: bigint;
  readonly useful: bigint;
  readonly provider_cache: bigint;
  readonly scored: bigint;
  readonly score_sum: number;
  readonly score_squares: number;
}

export interface Room {
  readonly scope: string;
  readonly left: bigint;
}

export interface Quotes {
  readonly store: (quote: NewQuote) => Promise<QuoteRow>;
  readonly get: (tenant: TenantId, id: string) => Promise<QuoteRow | null>;
  readonly list: (
    tenant: TenantId,
    page: { readonly limit: number; readonly order: 'asc' | 'desc'; readonly after?: string },
  ) => Promise<QuoteRow[]>;
  /** whether jobs may still be submitted under it, for this task */
  readonly stands: (tenant: TenantId, id: string, task: string) => Promise<boolean>;
  readonly track: (tenant: TenantId, task: string) => Promise<Track>;
  readonly past: (tenant: TenantId, task: string, version: number) => Promise<Past>;
  /** what is left in the tenant's own budgets now, read only: a window that is not open yet is as large as its cap */
  readonly rooms: (tenant: TenantId) => Promise<Room[]>;
  readonly due: () => Promise<DueForecast[]>;
  /** once a forecast, ever */
  readonly score: (forecast: DueForecast, inside: boolean, kappa: number) => Promise<void>;
}

const columns = `q.id, q.task, q.version, q.jobs, q.low, q.high, q.body, q.done, q.actual, q.inside, q.created_at, q.expires_at,
  coalesce(t.quotes, 0) AS track_quotes, coalesce(t.inside, 0) AS track_inside`;
const joined = 'quote q LEFT JOIN forecast_track t ON t.tenant_id = q.tenant_id AND t.task = q.task';
const mostDue = 100;
const firstKappa = 1.5;

// The scores and what is paid on top come from whole days of the last month: they move slowly.
const past = `
SELECT coalesce(sum(jobs), 0)::bigint AS jobs, coalesce(sum(cost), 0)::bigint AS cost, coalesce(sum(useful), 0)::bigint AS useful,
       coalesce(sum(provider_cache), 0)::bigint AS provider_cache, coalesce(sum(scored), 0)::bigint AS scored,
       coalesce(sum(score_sum), 0)::float8 AS score_sum, coalesce(sum(score_squares), 0)::float8 AS score_squares
  FROM usage WHERE tenant_id = $1 AND span = 'day' AND opens_at > now() - interval '30 days' AND task = $2`;

export const createQuotes = (sql: Sql): Quotes => {
  const get: Quotes['get'] = async (tenant, id) => {
    const rows = await sql.query<QuoteRow>(`SELECT ${columns} FROM ${joined} WHERE q.tenant_id = $1 AND q.id = $2`, [
      tenant,
      id,
    ]);
    return rows[0] ?? null;
  };
  return {
    get,
    store: async ({ id, tenantId, task, version, jobs, expected, low, high, body, standsMs }) => {
      await sql.query(
        `INSERT INTO quote (id, tenant_id, task, version, jobs, expected, low, high, body, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + make_interval(secs => $10))`,
        [id, tenantId, task, version, jobs, expected, low, high, JSON.stringify(body), standsMs / 1000],
      );
      const row = await get(tenantId, id);
      if (row === null) throw new Error(`the quote ${id} was not stored`);
      return row;
    },
    list: (tenant, { limit, order, after }) =>
      sql.query<QuoteRow>(
        `SELECT ${columns} FROM ${joined}
          WHERE q.tenant_id = $1 AND ($2::uuid IS NULL OR q.id ${order === 'asc' ? '>' : '<'} $2)
          ORDER BY q.id ${order === 'asc' ? 'ASC' : 'DESC'} LIMIT $3`,
        [tenant, after ?? null, limit + 1],
      ),
    stands: async (tenant, id, task) => {
      const rows = await sql.query(
        'SELECT 1 AS one FROM quote WHERE tenant_id = $1 AND id = $2 AND task = $3 AND expires_at > now()',
        [tenant, id, task],
      );
      return rows.length === 1;
    },
    track: async (tenant, task) => {
      const rows = await sql.query<Track>(
        'SELECT quotes, inside, kappa FROM forecast_track WHERE tenant_id = $1 AND task = $2',
        [tenant, task],
      );
      return rows[0] ?? { quotes: 0, inside: 0, kappa: firstKappa };
    },
    past: async (tenant, task, version) => {
      const bins = await sql.query<OutputBin>(
        'SELECT model, size, n, tokens FROM output_bin WHERE tenant_id = $1 AND task = $2 AND version = $3 ORDER BY model, size, bin LIMIT 10000',
        [tenant, task, version],
      );
      const [sums] = await sql.query<Omit<Past, 'bins'>>(past, [tenant, task]);
      if (sums === undefined) throw new Error('a sum has a row');
      return { bins, ...sums };
    },
    rooms: (tenant) =>
      sql.query<Room>(
        `SELECT s.kind AS scope, coalesce(b.cap - b.spent - b.held - b.over, cap_at(t.id, s.kind, '', w.opens_at))::bigint AS left
           FROM tenant t CROSS JOIN (VALUES ('tenant-day'), ('tenant-month')) AS s (kind)
          CROSS JOIN LATERAL window_at(s.kind, t.time_zone, now()) w
           LEFT JOIN budget b ON b.kind = s.kind AND b.subject = budget_subject(t.id, s.kind, '') AND b.opens_at = w.opens_at
          WHERE t.id = $1 AND (b.id IS NOT NULL OR cap_at(t.id, s.kind, '', w.opens_at) IS NOT NULL) ORDER BY s.kind`,
        [tenant],
      ),
    due: () =>
      sql.query<DueForecast>(
        `SELECT q.id, q.tenant_id, q.task, q.jobs, q.done, q.low, q.high, q.actual, coalesce(t.kappa, ${firstKappa}) AS kappa
           FROM ${joined} WHERE q.inside IS NULL AND q.done >= q.jobs ORDER BY q.id LIMIT ${mostDue}`,
      ),
    score: async ({ id, tenant_id, task }, inside, kappa) => {
      await sql.query(
        `WITH scored AS (UPDATE quote SET inside = $2 WHERE id = $1 AND inside IS NULL RETURNING 1)
         INSERT INTO forecast_track (tenant_id, task, quotes, inside, kappa)
         SELECT $3, $4, 1, $2::boolean::int, $5 FROM scored
         ON CONFLICT (tenant_id, task) DO UPDATE SET quotes = forecast_track.quotes + 1,
           inside = forecast_track.inside + excluded.inside, kappa = excluded.kappa`,
        [id, inside, tenant_id, task, kappa],
      );
    },
  };
};
