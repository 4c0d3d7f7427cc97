import type { Sql } from './database';

export interface RollUp {
  /** adds what is due to the sums, a bounded part of it; how many receipts and entries that were */
  readonly run: () => Promise<number>;
}

const mostDue = 500;
// Any number, the same in every keeper: one rolls up at a time, so that two never meet on a row in another order.
const advisoryLock = 7_946_671;
const mostTokens = 16_384;
const bins = 40;

const keys = 'tenant_id, span, opens_at, task, model, tier, lane, provider, source, key_id, end_user, state';
const sumColumns = (
  'jobs attempts input cached_input output cost useful baseline plain saved ' +
  'cached joined local routed prompt packed deferred provider_cache escalation audit'
).split(' ');
const all = [...sumColumns, 'scored', 'score_sum', 'score_squares'];

const adding = (table: string, columns: readonly string[]): string =>
  columns.map((column) => `${column} = ${table}.${column} + excluded.${column}`).join(', ');

// One statement: what is taken from usage_due is in the sums, or neither is.
const rollUp = `
WITH due AS (
  DELETE FROM usage_due WHERE id = ANY (ARRAY(
    SELECT id FROM usage_due WHERE (SELECT pg_try_advisory_xact_lock(${advisoryLock})) ORDER BY id LIMIT ${mostDue} FOR UPDATE SKIP LOCKED))
  RETURNING id
), fact AS MATERIALIZED (
  SELECT f.*, t.time_zone FROM due JOIN usage_fact f ON f.due = due.id JOIN tenant t ON t.id = f.tenant_id
), summed AS (
  INSERT INTO usage (${keys}, ${all.join(', ')})
  SELECT tenant_id, s.span, date_trunc(s.span, at, time_zone) AS opens_at, task, model, tier, lane, provider, source, key_id, end_user, state,
         ${sumColumns.map((column) => `sum(${column})::bigint`).join(', ')},
         count(score), coalesce(sum(score), 0), coalesce(sum(score * score), 0)
    FROM fact CROSS JOIN (VALUES ('hour'), ('day')) AS s (span) GROUP BY ${keys} ORDER BY ${keys}
  ON CONFLICT (${keys}) DO UPDATE SET ${adding('usage', all)}
), learnt AS (
  INSERT INTO output_bin (tenant_id, task, version, model, size, bin, n, tokens)
  SELECT tenant_id, task, version, model, ceil(log(2, learnt_under))::smallint AS size,
         least(${bins - 1}, floor(ln(1 + output) / ln(${mostTokens + 1}) * ${bins}))::smallint AS bin, count(*), sum(output)
    FROM fact WHERE learnt_under > 0 GROUP BY tenant_id, task, version, model, size, bin
  ON CONFLICT (tenant_id, task, version, model, size, bin) DO UPDATE SET ${adding('output_bin', ['n', 'tokens'])}
), quoted AS (
  UPDATE quote q SET done = q.done + d.jobs, actual = q.actual + d.cost
    FROM (SELECT quote_id, sum(jobs)::int AS jobs, sum(cost)::bigint AS cost FROM fact WHERE quote_id IS NOT NULL GROUP BY 1) d
   WHERE q.id = d.quote_id
)
SELECT count(*) AS n FROM due`;

const mostRounds = 20;

export const createRollUp = (sql: Sql): RollUp => ({
  run: async () => {
    let rolled = 0;
    for (let round = 0; round < mostRounds; round += 1) {
      const rows = await sql.query<{ n: bigint }>(rollUp);
      const n = Number(rows[0]?.n ?? 0n);
      rolled += n;
      if (n < mostDue) break;
    }
    return rolled;
  },
});
