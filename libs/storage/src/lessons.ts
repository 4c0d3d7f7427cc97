import type { Comparison } from '@winnow/analysis/learning/threshold';
import type { Label } from '@winnow/analysis/learning/labels';
import type { ScoredAnswer } from '@winnow/analysis/learning/figures';
import type { Signs } from '@winnow/analysis/scoring/answer-signs';
import type { Sql } from './database';
import type { TenantId } from './tenant-id';

/** How far the labels and answers of a task have come; what has not moved has nothing new to teach. */
export interface Progress {
  readonly task: string;
  readonly version: number;
  /** comparisons ever made, and answers that people judged */
  readonly compared: number;
  readonly judged: number;
  readonly lastAnswer: bigint;
}

export interface AskedJob {
  readonly id: string;
  /** null: too long to be read whole; then its beginning stands for it */
  readonly input: unknown;
  readonly begins: string;
}

export interface Crowding {
  readonly task: string;
  readonly category: string;
  readonly jobs: number;
  readonly dear: number;
}

export interface TenantAnswer {
  readonly job: string;
  readonly tier: string;
  readonly lane: string;
  readonly rung: string;
  readonly score: number;
  readonly calibrated: boolean;
  readonly good: number | null;
  readonly labeller: 'shadow' | 'audit' | 'judge' | 'human' | null;
}

export interface Lessons {
  readonly progress: () => Promise<Progress[]>;
  /** comparisons with another model's answers, oldest first */
  readonly comparisons: (task: string, version: number) => Promise<Comparison[]>;
  /** answers that only people have judged */
  readonly judged: (task: string, version: number) => Promise<Label[]>;
  /** the answers that jobs were given first, oldest first */
  readonly answers: (task: string, version: number) => Promise<ScoredAnswer[]>;
  readonly asked: (jobs: readonly string[]) => Promise<AskedJob[]>;
  /** categories of the last day of which over half of a hundred jobs and more began above light */
  readonly crowded: () => Promise<Crowding[]>;
  /** the newest answers of one tenant, with what was said of them */
  readonly ofTenant: (tenant: TenantId, task: string) => Promise<TenantAnswer[]>;
}

const mostRows = 20_000;
const mostTasks = 1_000;
const mostRead = 32_000;

// Each distinct task is found by one step into the index, so that the outcomes themselves are not read.
const progress = `
WITH RECURSIVE named AS (
  (SELECT task FROM outcome ORDER BY task LIMIT 1)
  UNION ALL
  SELECT (SELECT o.task FROM outcome o WHERE o.task > n.task ORDER BY o.task LIMIT 1) FROM named n WHERE n.task IS NOT NULL
)
SELECT n.task, newest.version, newest.id AS "lastAnswer",
       (SELECT count(*)::int FROM sample s WHERE s.task = n.task AND s.version = newest.version) AS compared,
       (SELECT count(*)::int FROM outcome o WHERE o.task = n.task AND o.version = newest.version AND o.label IS NOT NULL) AS judged
  FROM named n
  CROSS JOIN LATERAL (SELECT o.id, o.version FROM outcome o WHERE o.task = n.task ORDER BY o.id DESC LIMIT 1) newest
 WHERE n.task IS NOT NULL LIMIT ${mostTasks}`;

interface ComparisonRow extends Omit<Comparison, 'id' | 'signs'> {
  readonly id: bigint;
  readonly signs: Signs | null;
}

const comparisons = `
SELECT * FROM (
  SELECT s.id, s.job_id AS job, s.subject, s.reference, s.agreed, s.score, o.label AS human, o.checks AS signs, coalesce(o.propensity, 1) AS propensity
    FROM sample s
    LEFT JOIN LATERAL (SELECT * FROM outcome o WHERE o.job_id = s.job_id AND o.provider || '/' || o.model = s.subject ORDER BY o.n LIMIT 1) o ON true
   WHERE s.task = $1 AND s.version = $2 ORDER BY s.id DESC LIMIT ${mostRows}) newest
ORDER BY id`;

// Answers that people were shown because another model had contradicted them stand among the comparisons.
const judged = `
SELECT * FROM (
  SELECT o.id, o.job_id AS job, o.provider || '/' || o.model AS subject, NULL AS reference, NULL::boolean AS agreed, o.score, o.label AS human,
         o.checks AS signs, o.propensity
    FROM outcome o
   WHERE o.task = $1 AND o.version = $2 AND o.label IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sample s WHERE s.job_id = o.job_id)
   ORDER BY o.id DESC LIMIT ${mostRows}) newest
ORDER BY id`;

// An answer from further up was asked for because the first was poor: it says nothing of the rung's usual answers.
const answers = `
SELECT a.job_id AS job, a.provider || '/' || a.model AS rung, a.tier, a.score, a.checks AS signs, j.plan -> 'route' ->> 'category' AS category,
       (j.plan -> 'route' -> 'complexity' ->> 'score')::float8 AS complexity
  FROM (SELECT * FROM outcome o WHERE o.task = $1 AND o.version = $2 ORDER BY o.id DESC LIMIT ${mostRows}) a
  LEFT JOIN job j ON j.id = a.job_id
 WHERE NOT EXISTS (SELECT 1 FROM outcome b WHERE b.job_id = a.job_id AND b.n < a.n)
 ORDER BY a.id`;

const crowded = `
SELECT task, category, count(*)::int AS jobs, count(*) FILTER (WHERE tier IN ('medium', 'advanced', 'premium'))::int AS dear
  FROM (SELECT o.task, j.plan -> 'route' ->> 'category' AS category, j.plan ->> 'tier' AS tier
          FROM (SELECT * FROM outcome ORDER BY id DESC LIMIT ${mostRows}) o JOIN job j ON j.id = o.job_id
         WHERE o.at > now() - interval '1 day' AND NOT EXISTS (SELECT 1 FROM outcome b WHERE b.job_id = o.job_id AND b.n < o.n)) begun
 WHERE category IS NOT NULL GROUP BY task, category
HAVING count(*) >= 100 AND count(*) FILTER (WHERE tier IN ('medium', 'advanced', 'premium')) * 2 > count(*)
 ORDER BY task, category LIMIT 100`;

// What people were shown because it scored low was not drawn evenly: it would make the mean look worse than it is.
const ofTenant = `
SELECT o.job_id AS job, o.tier, o.lane, o.provider || '/' || o.model AS rung, o.score, o.calibrated,
       coalesce(h.label, s.agreed::int::float8) AS good, CASE WHEN h.label IS NOT NULL THEN o.labeller ELSE s.kind END AS labeller
  FROM (SELECT * FROM outcome WHERE tenant_id = $1 AND task = $2 ORDER BY id DESC LIMIT ${mostRows}) o
  LEFT JOIN LATERAL (SELECT s.agreed, s.kind FROM sample s
                      WHERE s.job_id = o.job_id AND s.tenant_id = o.tenant_id AND s.subject = o.provider || '/' || o.model
                      ORDER BY s.id LIMIT 1) s ON true
  LEFT JOIN review r ON r.job_id = o.job_id
  CROSS JOIN LATERAL (SELECT CASE WHEN r.reason = 'audit' OR s.kind IS NOT NULL THEN o.label END AS label) h
 WHERE NOT EXISTS (SELECT 1 FROM outcome b WHERE b.job_id = o.job_id AND b.n < o.n)`;

export const createLessons = (sql: Sql): Lessons => ({
  progress: () => sql.query<Progress>(progress),
  comparisons: async (task, version) =>
    (await sql.query<ComparisonRow>(comparisons, [task, version])).map((row) => ({ ...row, id: Number(row.id) })),
  judged: (task, version) => sql.query<Label>(judged, [task, version]),
  answers: (task, version) => sql.query<ScoredAnswer>(answers, [task, version]),
  asked: (jobs) =>
    sql.query<AskedJob>(
      `SELECT id, CASE WHEN octet_length(input::text) <= ${mostRead} THEN input END AS input, left(input::text, ${mostRead}) AS begins
         FROM job WHERE id = ANY ($1)`,
      [jobs],
    ),
  crowded: () => sql.query<Crowding>(crowded),
  ofTenant: (tenant, task) => sql.query<TenantAnswer>(ofTenant, [tenant, task]),
});
