import type { Plan } from '@winnow/analysis';
import type { JobState, PathName } from '@winnow/contracts';
import { queueOfPath } from '@winnow/contracts';
import type { Database } from './database';

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

export const createUpkeep = (db: Pick<Database, 'rest' | 'ledger'>): Upkeep => {
  const { rest, ledger } = db;
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
    lookLater: async (ids) => {
      if (ids.length > 0)
        await rest.query(`UPDATE job SET look_at = ${lookAgain} WHERE id = ANY ($1) AND state = 'queued'`, [ids]);
    },
    hintAgain: async (rows) => {
      if (rows.length === 0) return;
      await rest.query(
        `WITH again AS (
           UPDATE job j SET hint = j.hint + 1, look_at = ${lookAgain}
             FROM unnest($1::uuid[], $2::int[]) AS seen (id, hint)
            WHERE j.id = seen.id AND j.hint = seen.hint AND j.worker_id IS NULL AND j.state = 'queued'
           RETURNING j.id, j.tenant_id, j.priority, j.hint, ${queueCase.replace('path', 'j.path')} AS queue)
         INSERT INTO outbox (queue, tenant_id, priority, ref, hint) SELECT queue, tenant_id, priority, id, hint FROM again`,
        [rows.map(({ id }) => id), rows.map(({ hint }) => hint)],
      );
    },
    hintAllAgain: async () => {
      const rows = await rest.query<{ n: bigint }>(
        `WITH again AS (
           UPDATE job j SET hint = j.hint + 1, look_at = ${lookAgain}
            WHERE j.worker_id IS NULL AND j.state = 'queued' AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.ref = j.id)
           RETURNING j.id, j.tenant_id, j.priority, j.hint, ${queueCase.replace('path', 'j.path')} AS queue),
         sent AS (INSERT INTO outbox (queue, tenant_id, priority, ref, hint) SELECT queue, tenant_id, priority, id, hint FROM again RETURNING 1)
         SELECT count(*) AS n FROM sent`,
      );
      return Number(rows[0]?.n ?? 0n);
    },
    // Unsent and the claim is gone: nothing can send it any more, since the last gate asks for the fence. Sent and silent: it counts as billed.
    reap: async (silentMs) => {
      const due = await ledger.query<{ id: string; sent: boolean }>(
        `SELECT h.id, a.sent_at IS NOT NULL AS sent FROM hold h JOIN attempt a ON a.id = h.id JOIN job j ON j.id = a.job_id
          WHERE h.state = 'held' AND ((a.sent_at IS NULL AND (j.fence <> a.fence OR j.state <> 'running' OR j.worker_id IS NULL))
             OR a.sent_at < now() - make_interval(secs => $1)) ORDER BY h.id LIMIT ${mostRows}`,
        [silentMs / 1000],
      );
      if (due.length === 0) return { released: 0, unknown: 0 };
      const closings = due.map(({ id, sent }) => ({
        hold: id,
        kind: sent ? 'unknown' : 'released',
        outcome: sent ? 'silent' : 'unsent',
      }));
      await ledger.query('SELECT * FROM close_holds($1)', [JSON.stringify(closings)]);
      const unknown = due.filter(({ sent }) => sent).length;
      return { unknown, released: due.length - unknown };
    },
    unpark: async () => {
      const rows = await rest.query<{ n: bigint }>(
        `WITH due AS (
           SELECT id FROM job WHERE state = 'parked' AND worker_id IS NULL AND parked_until < now() AND deadline_at > now()
            ORDER BY look_at, id LIMIT ${mostRows} FOR NO KEY UPDATE SKIP LOCKED),
         again AS (
           UPDATE job j SET state = 'queued', path = 'intake', parked_until = NULL, hint = j.hint + 1, look_at = ${lookAgain}, events = j.events + 1
             FROM due WHERE j.id = due.id RETURNING j.id, j.tenant_id, j.priority, j.hint, j.events),
         told AS (
           INSERT INTO event (job_id, n, kind, data)
           SELECT id, events, 'state', jsonb_build_object('state', 'queued', 'at', to_char(now(), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) FROM again),
         sent AS (
           INSERT INTO outbox (queue, tenant_id, priority, ref, hint) SELECT 'analyses', tenant_id, priority, id, hint FROM again RETURNING 1)
         SELECT count(*) AS n FROM sent`,
      );
      return Number(rows[0]?.n ?? 0n);
    },
    looseEnds: () =>
      rest.query<LooseEnd>(
        `SELECT j.id, j.floor, j.plan, t.baseline_model, j.state, j.fence FROM job j JOIN tenant t ON t.id = j.tenant_id
          WHERE j.worker_id IS NULL AND (
                (j.state IN ('queued', 'parked') AND j.deadline_at < now() AND j.held = 0
                  AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.job_id = j.id AND a.sent_at IS NOT NULL))
             OR (j.state = 'canceling' AND j.held = 0))
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
      await rest.query(
        `DELETE FROM idempotency WHERE ctid IN (SELECT ctid FROM idempotency WHERE at < now() - interval '7 days' LIMIT 5000)`,
      );
      await rest.query(
        `DELETE FROM event WHERE ctid IN (SELECT ctid FROM event WHERE at < now() - interval '7 days' LIMIT 5000)`,
      );
      await rest.query(
        `DELETE FROM worker WHERE gone_at < now() - interval '1 day' AND id NOT IN (SELECT worker_id FROM job WHERE worker_id IS NOT NULL)`,
      );
    },
  };
};
