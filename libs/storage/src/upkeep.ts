import type { Plan } from '@winnow/analysis';
import type { JobState, PathName } from '@winnow/contracts';
import { queueOfPath } from '@winnow/contracts';
import type { Database } from './database';
import { resumeParked, type ParkedSeen } from './resume-parked';

/** A row whose hint may be lost: the keeper asks Redis before it sends another. */
export interface Overdue {
  readonly id: string;
  readonly tenant_id: string;
  readonly path: PathName;
  readonly hint: number;
}

/** A row that no worker will ever end: its deadline passed in the queue, or its worker died after it was asked to stop. */
export interface LooseEnd {
  readonly id: string;
  readonly floor: number;
  readonly plan: Plan | null;
  readonly baseline_model: string;
  readonly state: JobState;
  readonly fence: number;
}

const mostRows = 500;
const lookAgain = `now() + interval '30 seconds'`;

export interface Upkeep {
  readonly markGone: (olderThanMs: number) => Promise<string[]>;
  readonly giveBack: (workers: readonly string[]) => Promise<number>;
  readonly overdue: () => Promise<Overdue[]>;
  readonly lookLater: (ids: readonly string[]) => Promise<void>;
  readonly hintAgain: (rows: readonly Overdue[]) => Promise<void>;
  /** every open row gets a new hint: Redis has lost them all */
  readonly hintAllAgain: () => Promise<number>;
  readonly reap: (silentMs: number) => Promise<{ released: number; unknown: number }>;
  readonly unpark: () => Promise<number>;
  readonly looseEnds: () => Promise<LooseEnd[]>;
  readonly liveSlots: (app: string) => Promise<number>;
  readonly purge: () => Promise<void>;
}

const queueCase = `CASE path ${Object.entries(queueOfPath)
  .map(([path, queue]) => `WHEN '${path}' THEN '${queue}'`)
  .join(' ')} END`;

interface Seen {
  readonly tenant_id: string;
  readonly id: string;
}

const mostChunks = 1_000;
const nil = '00000000-0000-0000-0000-000000000000';
const firstSeen: Seen = { tenant_id: nil, id: nil };

// By chunks in the order of the index of queued rows: however many there are, no statement runs into its time-out.
const hintChunkAgain = `
WITH open AS (
  SELECT tenant_id, id FROM job WHERE state = 'queued' AND (tenant_id, id) > ($1, $2) ORDER BY tenant_id, id LIMIT ${mostRows * 2}
), lost AS (
  SELECT j.id FROM job j JOIN open ON open.id = j.id
   WHERE j.worker_id IS NULL AND j.state = 'queued' AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.ref = j.id)
     FOR NO KEY UPDATE OF j SKIP LOCKED
), again AS (
  UPDATE job j SET hint = j.hint + 1, look_at = ${lookAgain} FROM lost WHERE j.id = lost.id
  RETURNING j.id, j.tenant_id, j.priority, j.hint, ${queueCase.replace('path', 'j.path')} AS queue
), sent AS (
  INSERT INTO outbox (queue, tenant_id, priority, ref, hint) SELECT queue, tenant_id, priority, id, hint FROM again ORDER BY id RETURNING 1
)
SELECT (SELECT count(*) FROM sent) AS n, coalesce((SELECT json_agg(s) FROM (
  SELECT tenant_id, id FROM open ORDER BY tenant_id DESC, id DESC LIMIT 1) s), '[]') AS seen`;

// Unsent and the claim is gone: nothing can send it any more, since the last gate asks for the fence. Sent and silent: it counts as billed.
// Under the locks of the hold and of its attempt: whether it was sent is read as it is when both are had, and cannot change before the end.
const reap = `
WITH due AS (
  SELECT h.id, a.sent_at IS NOT NULL AS sent FROM hold h JOIN attempt a ON a.id = h.id JOIN job j ON j.id = a.job_id
   WHERE h.state = 'held' AND ((a.sent_at IS NULL AND (j.fence <> a.fence OR j.state <> 'running' OR j.worker_id IS NULL))
      OR a.sent_at < now() - make_interval(secs => $1))
   ORDER BY h.id LIMIT ${mostRows} FOR UPDATE OF h, a SKIP LOCKED
), closings AS (
  SELECT jsonb_agg(jsonb_build_object('hold', id, 'kind', CASE WHEN sent THEN 'unknown' ELSE 'released' END,
                                      'outcome', CASE WHEN sent THEN 'silent' ELSE 'unsent' END)) AS list FROM due
)
SELECT count(*) FILTER (WHERE due.sent) AS unknown, count(*) FILTER (WHERE NOT due.sent) AS released
  FROM closings, close_holds(closings.list) AS closed JOIN due ON due.id = closed.hold WHERE closed.verdict = 'closed'`;

const mostScopeChunks = 5;

const mostPurged = 5_000;
const mostRounds = 20;

// Ids begin with the time, so old events lie together at the front of their key: no index on the time is needed to find them.
const purges = [
  `DELETE FROM idempotency WHERE ctid IN (
     SELECT ctid FROM idempotency WHERE at < now() - interval '7 days' LIMIT ${mostPurged} FOR UPDATE SKIP LOCKED) RETURNING 1 AS one`,
  `DELETE FROM event WHERE (job_id, n) IN (
     SELECT job_id, n FROM event
      WHERE job_id < rpad(lpad(to_hex((extract(epoch FROM now() - interval '7 days') * 1000)::bigint), 12, '0'), 32, '0')::uuid
        AND at < now() - interval '7 days'
      ORDER BY job_id, n LIMIT ${mostPurged} FOR UPDATE SKIP LOCKED) RETURNING 1 AS one`,
  `DELETE FROM worker WHERE gone_at < now() - interval '1 day' AND id NOT IN (SELECT worker_id FROM job WHERE worker_id IS NOT NULL)
   RETURNING 1 AS one`,
];

export const createUpkeep = (db: Pick<Database, 'rest' | 'ledger'>): Upkeep => {
  const { rest, ledger } = db;
  let parkedSeen: ParkedSeen | null = null;
  return {
    markGone: async (olderThanMs) => {
      const rows = await rest.query<{ id: string }>(
        `UPDATE worker SET gone_at = now() WHERE gone_at IS NULL AND beat_at < now() - make_interval(secs => $1) RETURNING id`,
        [olderThanMs / 1000],
      );
      return rows.map(({ id }) => id);
    },
    // Also the rows of workers that another keeper marked, should it have died before it gave them back.
    giveBack: async (workers) => {
      const rows = await rest.query(
        `SELECT * FROM give_back($1::uuid[] || ARRAY(
           SELECT id FROM worker WHERE gone_at IS NOT NULL AND id IN (SELECT worker_id FROM job WHERE worker_id IS NOT NULL)), 1)`,
        [workers],
      );
      return rows.length;
    },
    overdue: () =>
      rest.query<Overdue>(
        `WITH waiting AS (
           UPDATE job SET look_at = ${lookAgain}
            WHERE id IN (SELECT id FROM job j WHERE worker_id IS NULL AND state = 'queued' AND look_at < now()
                            AND EXISTS (SELECT 1 FROM outbox o WHERE o.ref = j.id) LIMIT ${mostRows} FOR NO KEY UPDATE SKIP LOCKED))
         SELECT id, tenant_id, path, hint FROM job j
          WHERE worker_id IS NULL AND state = 'queued' AND look_at < now() AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.ref = j.id)
          ORDER BY look_at LIMIT ${mostRows}`,
      ),
    // Here and below rows that somebody else is writing are passed over: the keeper never waits, so it never waits in a circle.
    lookLater: async (ids) => {
      if (ids.length > 0)
        await rest.query(
          `UPDATE job SET look_at = ${lookAgain}
            WHERE id IN (SELECT id FROM job WHERE id = ANY ($1) AND state = 'queued' FOR NO KEY UPDATE SKIP LOCKED)`,
          [ids],
        );
    },
    hintAgain: async (rows) => {
      if (rows.length === 0) return;
      await rest.query(
        `WITH lost AS (
           SELECT j.id FROM unnest($1::uuid[], $2::int[]) AS seen (id, hint) JOIN job j ON j.id = seen.id AND j.hint = seen.hint
            WHERE j.worker_id IS NULL AND j.state = 'queued' FOR NO KEY UPDATE OF j SKIP LOCKED),
         again AS (
           UPDATE job j SET hint = j.hint + 1, look_at = ${lookAgain} FROM lost WHERE j.id = lost.id
           RETURNING j.id, j.tenant_id, j.priority, j.hint, ${queueCase.replace('path', 'j.path')} AS queue)
         INSERT INTO outbox (queue, tenant_id, priority, ref, hint) SELECT queue, tenant_id, priority, id, hint FROM again`,
        [rows.map(({ id }) => id), rows.map(({ hint }) => hint)],
      );
    },
    hintAllAgain: async () => {
      let hinted = 0;
      let after: Seen | undefined = firstSeen;
      for (let chunks = 0; after !== undefined && chunks < mostChunks; chunks += 1) {
        const chunk: { seen: Seen[]; n: bigint }[] = await rest.query(hintChunkAgain, [after.tenant_id, after.id]);
        hinted += Number(chunk[0]?.n ?? 0n);
        after = chunk[0]?.seen.at(-1);
      }
      return hinted;
    },
    reap: async (silentMs) => {
      const rows = await ledger.query<{ released: bigint; unknown: bigint }>(reap, [silentMs / 1000]);
      return { released: Number(rows[0]?.released ?? 0n), unknown: Number(rows[0]?.unknown ?? 0n) };
    },
    unpark: async () => {
      let resumed = 0;
      // Where the last look ended, so that scopes which are full do not stand before those behind them for ever.
      for (let chunk = 0; chunk < mostScopeChunks; chunk += 1) {
        const found = await resumeParked(rest, { seen: parkedSeen, most: mostRows });
        resumed += found.resumed;
        parkedSeen = found.seen;
        if (parkedSeen === null) break;
      }
      return resumed;
    },
    looseEnds: () =>
      rest.query<LooseEnd>(
        `WITH loose AS MATERIALIZED (
           SELECT * FROM job WHERE worker_id IS NULL AND held = 0 AND state IN ('queued', 'parked', 'canceling')
              AND (state = 'canceling' OR deadline_at < now()))
         SELECT j.id, j.floor, j.plan, t.baseline_model, j.state, j.fence FROM loose j JOIN tenant t ON t.id = j.tenant_id
          WHERE j.state = 'canceling' OR NOT EXISTS (SELECT 1 FROM attempt a WHERE a.job_id = j.id AND a.sent_at IS NOT NULL)
          ORDER BY j.id LIMIT ${mostRows}`,
      ),
    liveSlots: async (app) => {
      const rows = await rest.query<{ n: bigint | null }>(
        'SELECT sum(slots) AS n FROM worker WHERE app = $1 AND gone_at IS NULL',
        [app],
      );
      return Number(rows[0]?.n ?? 0n);
    },
    purge: async () => {
      for (const statement of purges)
        for (let round = 1; (await rest.query(statement)).length === mostPurged && round < mostRounds; round += 1);
    },
  };
};
