import type { UsageBucket, UsageDimension } from '@winnow/contracts';
import type { Sql } from './database';
import type { TenantId } from './tenant-id';

/** Sums over one group in one bucket. Money in nano-dollars; the lines of the savings sum to `saved`. */
export interface UsageSums {
  readonly jobs: bigint;
  readonly attempts: bigint;
  readonly input: bigint;
  readonly cached_input: bigint;
  readonly output: bigint;
  readonly cost: bigint;
  readonly useful: bigint;
  readonly baseline: bigint;
  readonly plain: bigint;
  readonly saved: bigint;
  readonly cached: bigint;
  readonly joined: bigint;
  readonly local: bigint;
  readonly routed: bigint;
  readonly prompt: bigint;
  readonly packed: bigint;
  readonly deferred: bigint;
  readonly provider_cache: bigint;
  readonly escalation: bigint;
  readonly audit: bigint;
  readonly scored: bigint;
  readonly score_sum: number;
  readonly score_squares: number;
}

export interface UsageRow extends UsageSums {
  readonly at: Date;
  /** the values of the dimensions asked for, in their order */
  readonly names: readonly string[];
}

export type UsagePlace = Pick<UsageRow, 'at' | 'names'>;

export interface UsageAsk {
  readonly from: Date;
  readonly to: Date;
  readonly bucket: UsageBucket;
  readonly by: readonly UsageDimension[];
  readonly limit: number;
  /** the row behind which the page begins: its bucket and its names */
  readonly after: UsagePlace | null;
}

export interface UsageAnswer {
  /** up to one row more than asked for */
  readonly rows: readonly UsageRow[];
  readonly total: UsageSums;
  readonly asOf: Date;
}

export interface UsageSpan {
  readonly from: Date;
  readonly to: Date;
  readonly timeZone: string;
  readonly buckets: number;
}

export interface Session {
  readonly requests: bigint;
  readonly cost: bigint;
  readonly held: bigint;
  readonly first_at: Date | null;
  readonly last_at: Date | null;
  readonly states: Readonly<Record<string, number>>;
}

export interface UsageStore {
  /** the whole buckets that the span touches, in the tenant's zone, counted no further than the limit */
  readonly span: (tenant: TenantId, from: Date, to: Date, bucket: UsageBucket, limit: number) => Promise<UsageSpan>;
  readonly read: (tenant: TenantId, ask: UsageAsk) => Promise<UsageAnswer>;
  readonly session: (tenant: TenantId, user: string, from: Date, to: Date, limit: number) => Promise<Session>;
}

const columnOf: Record<UsageDimension, string> = {
  task: 'task',
  model: 'model',
  tier: 'tier',
  lane: 'lane',
  provider: 'provider',
  source: 'source',
  key: 'key_id',
  user: 'end_user',
  state: 'state',
};

const wholes = (
  'jobs attempts input cached_input output cost useful baseline plain saved ' +
  'cached joined local routed prompt packed deferred provider_cache escalation audit'
).split(' ');
const dimensions = Object.values(columnOf).join(', ');
const summed = `${['scored', ...wholes].map((column) => `coalesce(sum(${column}), 0)::bigint AS ${column}`).join(', ')},
  coalesce(sum(score_sum), 0)::float8 AS score_sum, coalesce(sum(score_squares), 0)::float8 AS score_squares`;

/** More receipts than this that are not rolled up yet are left out, and the answer says so. */
const mostPending = 2_000;

// Rolled up and not yet rolled up in one snapshot: a receipt is in one of them, never in both. $6 says whether what is pending is read.
const rows = `
  SELECT opens_at, ${dimensions}, ${wholes.join(', ')}, scored, score_sum, score_squares
    FROM usage WHERE tenant_id = $1 AND span = $2 AND opens_at >= $3 AND opens_at < $4
  UNION ALL
  SELECT at, ${dimensions}, ${wholes.join(', ')}, (score IS NOT NULL)::int, coalesce(score, 0), coalesce(score * score, 0)
    FROM usage_fact WHERE tenant_id = $1 AND $6 AND at >= $3 AND at < $4`;

const readSums = (bucket: UsageBucket, by: readonly UsageDimension[]): string => {
  const names = by.map((one) => columnOf[one]);
  return `
WITH u AS MATERIALIZED (${rows}), grouped AS (
  SELECT date_trunc('${bucket}', opens_at, $5) AS at, ARRAY[${names.join(', ')}]::text[] AS names, ${summed}
    FROM u GROUP BY ${['1', ...names].join(', ')}
), page AS (
  SELECT * FROM grouped WHERE $8::timestamptz IS NULL OR (at, names) > ($8, $9::text[]) ORDER BY at, names LIMIT $7
), whole AS (SELECT NULL::timestamptz AS at, NULL::text[] AS names, ${summed} FROM u)
SELECT * FROM whole UNION ALL SELECT * FROM page ORDER BY at NULLS FIRST, names`;
};

const pending = `
SELECT count(*) AS n, min(at) AS oldest, now() AS now FROM (SELECT at FROM usage_due WHERE tenant_id = $1 ORDER BY id LIMIT ${mostPending + 1}) d`;

const sessionOf = `
WITH asked AS (
  SELECT created_at, state, spent + over AS cost, held FROM job
   WHERE tenant_id = $1 AND end_user = $2 AND created_at >= $3 AND created_at < $4 ORDER BY created_at LIMIT $5)
SELECT count(*) AS requests, coalesce(sum(cost), 0)::bigint AS cost, coalesce(sum(held), 0)::bigint AS held,
       min(created_at) AS first_at, max(created_at) AS last_at,
       coalesce((SELECT jsonb_object_agg(s.state, s.n) FROM (SELECT state, count(*) AS n FROM asked GROUP BY state) s), '{}') AS states
  FROM asked`;

export const createUsage = (sql: Sql): UsageStore => ({
  span: async (tenant, from, to, bucket, limit) => {
    const step = `interval '1 ${bucket}'`;
    const found = await sql.query<{ from_at: Date; to_at: Date; time_zone: string; n: bigint }>(
      `SELECT b.from_at, b.to_at, t.time_zone, (SELECT count(*) FROM (
                SELECT 1 FROM generate_series(b.from_at, b.to_at - interval '1 ms', ${step}, t.time_zone) LIMIT $4) steps) AS n
         FROM tenant t CROSS JOIN LATERAL (
           SELECT date_trunc('${bucket}', $2::timestamptz, t.time_zone) AS from_at,
                  date_add(date_trunc('${bucket}', $3::timestamptz - interval '1 ms', t.time_zone), ${step}, t.time_zone) AS to_at) b
        WHERE t.id = $1`,
      [tenant, from, to, limit + 1],
    );
    const row = found[0];
    if (row === undefined) throw new Error(`there is no tenant ${tenant}`);
    return { from: row.from_at, to: row.to_at, timeZone: row.time_zone, buckets: Number(row.n) };
  },
  read: async (tenant, { from, to, bucket, by, limit, after }) => {
    const [due] = await sql.query<{ n: bigint; oldest: Date | null; now: Date }>(pending, [tenant]);
    if (due === undefined) throw new Error('a count has a row');
    const takesPending = Number(due.n) <= mostPending;
    const grain = bucket === 'hour' ? 'hour' : 'day';
    const [zone] = await sql.query<{ time_zone: string }>('SELECT time_zone FROM tenant WHERE id = $1', [tenant]);
    const found = await sql.query<UsageRow>(readSums(bucket, by), [
      tenant,
      grain,
      from,
      to,
      zone?.time_zone ?? 'UTC',
      takesPending,
      limit + 1,
      after?.at ?? null,
      after?.names ?? null,
    ]);
    const [total, ...grouped] = found;
    if (total === undefined) throw new Error('a sum has a row');
    return { rows: grouped, total, asOf: takesPending ? due.now : (due.oldest ?? due.now) };
  },
  session: async (tenant, user, from, to, limit) => {
    const [found] = await sql.query<Session>(sessionOf, [tenant, user, from, to, limit]);
    if (found === undefined) throw new Error('a count has a row');
    return found;
  },
});
