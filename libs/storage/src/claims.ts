import type { ClaimedJob, Plan } from '@winnow/analysis';
import type { JobState, PathName } from '@winnow/contracts';
import { groupCommit } from '@winnow/kernel';
import type { Sql } from './database';

interface ClaimRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly batch_id: string | null;
  readonly end_user: string | null;
  readonly task: string;
  readonly version: number;
  readonly input: unknown;
  readonly input_hash: string;
  readonly floor: number;
  readonly when_over: 'park' | 'refuse';
  readonly strict: boolean;
  readonly state: JobState;
  readonly plan: Plan | null;
  readonly cap: bigint;
  readonly fence: number;
  readonly runs: number;
  readonly deaths: number;
  readonly attempts: number;
  readonly baseline_model: string;
  readonly late: boolean;
}

const claimed = (row: ClaimRow): ClaimedJob => ({
  id: row.id,
  tenantId: row.tenant_id,
  batchId: row.batch_id,
  endUser: row.end_user,
  task: row.task,
  version: row.version,
  input: row.input,
  inputHash: row.input_hash,
  floor: row.floor,
  whenOver: row.when_over,
  strict: row.strict,
  state: row.state,
  plan: row.plan,
  cap: row.cap,
  fence: row.fence,
  runs: row.runs,
  deaths: row.deaths,
  attempts: row.attempts,
  baselineModel: row.baseline_model,
  deadlinePassed: row.late,
});

export interface Claims {
  /** Takes the row, or null: finished, canceled, taken or moved on. Then the hint is done. */
  readonly take: (id: string) => Promise<ClaimedJob | null>;
  /** for a row whose claim failed without an answer: it may have been committed */
  readonly retake: (id: string) => Promise<ClaimedJob | null>;
  /** begins the time of a claim anew; false: the row is another's by now */
  readonly renew: (job: Pick<ClaimedJob, 'id' | 'fence'>) => Promise<boolean>;
}

const columns = `j.id, j.tenant_id, j.batch_id, j.end_user, j.task, j.version, j.input, j.input_hash, j.floor, j.when_over, j.strict, j.state, j.plan, j.cap, j.fence, j.runs,
  j.deaths, j.attempts, t.baseline_model, j.deadline_at < now() AS late`;

// The rows are locked by their ids alone and judged under the lock. Named in the search itself, `state = 'queued'` would lure the planner
// into the index of all queued rows, which a backlog makes long.
const take = (free: string, state: string, runs: string, told: number) => `
  WITH locked AS MATERIALIZED (
    SELECT id, path = $2 AND ${free} AS free FROM job WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE)
  UPDATE job j SET state = ${state}, fence = j.fence + 1, runs = ${runs}, worker_id = $3,
         run_until = now() + make_interval(secs => $4), events = j.events + ${told}
    FROM locked, tenant t
   WHERE j.id = ANY ($1) AND j.id = locked.id AND locked.free AND t.id = j.tenant_id
  RETURNING ${columns}, j.events`;

// Only fulfil's claim changes the state, so only it is told of. `runs` counts its claims since intake last planned the job: a job that was
// parked and went through intake again starts afresh.
const claim = (path: PathName, free: string): string =>
  path === 'intake'
    ? take(free, 'j.state', '0', 0)
    : `WITH taken AS (${take(free, `'running'`, 'j.runs + 1', 1)}), told AS (
         INSERT INTO event (job_id, n, kind, data)
         SELECT id, events, 'state', jsonb_build_object('state', 'running', 'at', to_char(now(), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) FROM taken)
       SELECT * FROM taken`;

const isFree = `state = 'queued' AND worker_id IS NULL`;
/** Also what is this worker's already, while it does not work on it: the answer to its claim was lost on the way. */
const isFreeOrMine = `(${isFree} OR (state IN ('queued', 'running') AND worker_id = $3))`;

const renew = `UPDATE job SET run_until = now() + make_interval(secs => $3) WHERE id = $1 AND fence = $2 AND worker_id IS NOT NULL RETURNING id`;

/** `running` means that paid work may begin: intake's claim leaves the state as it is. A claim past the deadline never starts paid work. */
export const createClaims = (sql: Sql, path: PathName, worker: () => string, leaseMs: number): Claims => ({
  renew: async ({ id, fence }) => (await sql.query(renew, [id, fence, leaseMs / 1000])).length === 1,
  retake: async (id) => {
    const [row] = await sql.query<ClaimRow>(claim(path, isFreeOrMine), [[id], path, worker(), leaseMs / 1000]);
    return row === undefined ? null : claimed(row);
  },
  take: groupCommit<string, ClaimedJob | null>({
    maxItems: 64,
    maxQueued: 5_000,
    run: async (ids) => {
      const rows = await sql.query<ClaimRow>(claim(path, isFree), [ids, path, worker(), leaseMs / 1000]);
      const found = new Map(rows.map((row) => [row.id, claimed(row)]));
      // A claim is one caller's: the second who asked for the same row in this run has come too late.
      return ids.map((id) => {
        const job = found.get(id) ?? null;
        found.delete(id);
        return job;
      });
    },
  }),
});
