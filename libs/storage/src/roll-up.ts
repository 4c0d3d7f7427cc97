import type { Sql } from './database';

export interface RollUp {
  /** adds what is due to the sums, a bounded part of it; how many receipts and entries that were */
  readonly run: () => Promise<number>;
}

const mostDue = 500;
// Any number, the same in every keeper: one rolls up at a time, so that two never meet on a row in another order.
const advisoryLock = 7_946_671;
const mostTokens = 16_384;
/** answers a tenant's people are asked about in a day, and the share of answers that nothing speaks against among them */
const mostReviews = 50;
const askedPerMille = 5;
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
  RETURNING id, job_id, entry_id
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
), ended AS MATERIALIZED (
  SELECT r.tenant_id, r.job_id, r.at, r.body, j.task, j.version, j.state, j.score, coalesce(j.tier, j.plan ->> 'tier', '') AS tier,
         EXISTS (SELECT 1 FROM jsonb_array_elements(r.body -> 'samples') s WHERE s ->> 'handedOver' = 'reference') AS replaced,
         coalesce(j.lane, '') AS lane, coalesce((j.plan -> 'route' ->> 'propensity')::float8, 1) AS propensity, t.time_zone
    FROM due gone JOIN receipt r ON r.job_id = gone.job_id JOIN job j ON j.id = r.job_id JOIN tenant t ON t.id = r.tenant_id
   WHERE gone.entry_id IS NULL AND r.body ? 'samples'
), answered AS (
  INSERT INTO outcome (tenant_id, job_id, n, at, task, version, provider, model, tier, lane, served, score, calibrated, floor, checks, tokens, cost,
                       propensity)
  SELECT e.tenant_id, e.job_id, (a ->> 'n')::int, e.at, e.task, e.version, a ->> 'provider', coalesce(x.model, a ->> 'model'), e.tier, a ->> 'lane',
         (a ->> 'n')::int = (e.body ->> 'answer')::int AND NOT e.replaced, (a ->> 'score')::float8, (e.body -> 'quality' ->> 'calibrated')::boolean,
         (e.body -> 'quality' ->> 'floor')::float8,
         CASE WHEN jsonb_typeof(a -> 'signs') = 'object' THEN a -> 'signs'
              WHEN (a ->> 'n')::int = (e.body ->> 'answer')::int
              THEN (SELECT jsonb_object_agg(c ->> 'name', c -> 'value') FROM jsonb_array_elements(e.body -> 'quality' -> 'checks') c) END,
         (a -> 'tokens' ->> 'output')::int, nanos_of(a ->> 'cost'), e.propensity
    FROM ended e CROSS JOIN jsonb_array_elements(e.body -> 'attempts') a LEFT JOIN attempt x ON x.job_id = e.job_id AND x.n = (a ->> 'n')::int
   WHERE jsonb_typeof(a -> 'score') = 'number' ORDER BY e.job_id, (a ->> 'n')::int
  ON CONFLICT (job_id, n) DO NOTHING
), compared AS (
  INSERT INTO sample (tenant_id, job_id, at, task, version, kind, subject, reference, tier, lane, score, value, agreed, cost)
  SELECT e.tenant_id, e.job_id, e.at, e.task, e.version, s ->> 'kind', s ->> 'subject', s ->> 'reference', e.tier, e.lane, (s ->> 'score')::float8,
         (s ->> 'value')::float8, (s ->> 'agreed')::boolean, nanos_of(s ->> 'cost')
    FROM ended e CROSS JOIN jsonb_array_elements(e.body -> 'samples') s ORDER BY e.job_id
  ON CONFLICT (job_id, kind, subject) DO NOTHING
), doubted AS (
  SELECT e.tenant_id, e.job_id, e.task, e.version, e.score, e.at, e.time_zone,
         CASE WHEN EXISTS (SELECT 1 FROM jsonb_array_elements(e.body -> 'samples') s WHERE NOT (s ->> 'agreed')::boolean) THEN 'disagreement'
              WHEN (e.body -> 'quality' ->> 'met')::boolean IS FALSE THEN 'below-floor'
              WHEN abs(hashtext(e.job_id::text)) % 1000 < ${askedPerMille} THEN 'audit' END AS reason
    FROM ended e WHERE e.body ->> 'answer' IS NOT NULL OR (e.body -> 'quality' ->> 'met')::boolean IS FALSE
), asked AS (
  INSERT INTO review (tenant_id, job_id, task, version, reason, score)
  SELECT tenant_id, job_id, task, version, reason, score
    FROM (SELECT d.*, row_number() OVER (PARTITION BY tenant_id ORDER BY reason = 'disagreement' DESC, at, job_id)
                      + (SELECT count(*) FROM review r WHERE r.tenant_id = d.tenant_id
                            AND r.created_at >= date_trunc('day', now(), d.time_zone)) AS place
            FROM doubted d WHERE reason IS NOT NULL) q
   WHERE place <= ${mostReviews} ORDER BY job_id
  ON CONFLICT (job_id) DO NOTHING
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
