import type { Sql } from './database';

export interface MoneyGauges {
  /** parked jobs by the kind of the budget that has no room, counted to a bound */
  readonly parked: ReadonlyMap<string, number>;
  readonly quotes: { readonly scored: number; readonly inside: number };
  readonly rollUpLagSeconds: number;
}

const mostParked = 100_000;
const mostQuotes = 10_000;

// In the order of the indexes, so that none of it reads a table whole: parked jobs, the newest quotes, the oldest row that is due.
const statement = `
SELECT (SELECT coalesce(jsonb_object_agg(kind, n), '{}') FROM (
          SELECT split_part(parked_scope, ':', 1) AS kind, count(*)::int AS n
            FROM (SELECT parked_scope FROM job WHERE state = 'parked' ORDER BY tenant_id, parked_scope, id LIMIT ${mostParked}) p GROUP BY 1) k) AS parked,
       (SELECT jsonb_build_object('scored', count(*), 'inside', count(*) FILTER (WHERE inside)) FROM (
          SELECT inside, created_at FROM quote ORDER BY id DESC LIMIT ${mostQuotes}) q
         WHERE inside IS NOT NULL AND created_at > now() - interval '30 days') AS quotes,
       coalesce((SELECT extract(epoch FROM now() - at) FROM usage_due ORDER BY id LIMIT 1), 0)::float8 AS lag`;

interface Row {
  readonly parked: Readonly<Record<string, number>>;
  readonly quotes: MoneyGauges['quotes'];
  readonly lag: number;
}

/** What is shared by all processes, as it stands. */
export const readMoneyGauges = async (sql: Sql): Promise<MoneyGauges> => {
  const [row] = await sql.query<Row>(statement);
  if (row === undefined) throw new Error('a row of counts is always there');
  return { parked: new Map(Object.entries(row.parked)), quotes: row.quotes, rollUpLagSeconds: Math.max(0, row.lag) };
};
