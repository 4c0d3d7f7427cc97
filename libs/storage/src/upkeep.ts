import type { Plan } from '@winnow/analysis';
import type { JobState } from '@winnow/contracts';
import type { Database } from './database';
import { createLostHints, type LostHints } from './lost-hints';
import { resumeParked, type ParkedSeen } from './resume-parked';

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

export interface Upkeep extends LostHints {
  readonly markGone: (olderThanMs: number) => Promise<string[]>;
  readonly giveBack: (workers: readonly string[]) => Promise<number>;
  readonly reap: (silentMs: number) => Promise<{ released: number; unknown: number }>;
  readonly unpark: () => Promise<number>;
  readonly looseEnds: () => Promise<LooseEnd[]>;
  readonly liveSlots: (app: string) => Promise<number>;
}

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

export const createUpkeep = (db: Pick<Database, 'rest' | 'ledger'>): Upkeep => {
  const { rest, ledger } = db;
  let parkedSeen: ParkedSeen | null = null;
  return {
    ...createLostHints(rest),
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
  };
};
