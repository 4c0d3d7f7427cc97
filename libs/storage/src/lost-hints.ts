import { queueOfPath, type PathName } from '@winnow/contracts';
import type { Sql } from './database';

/** A row whose hint may be lost: the keeper asks Redis before it sends another. */
export interface Overdue {
  readonly id: string;
  readonly tenant_id: string;
  readonly path: PathName;
  readonly hint: number;
}

/** Hints may be lost with Redis: the rows that they point to are not. */
export interface LostHints {
  readonly overdue: () => Promise<Overdue[]>;
  readonly lookLater: (ids: readonly string[]) => Promise<void>;
  readonly hintAgain: (rows: readonly Overdue[]) => Promise<void>;
  /** every open row gets a new hint: Redis has lost them all */
  readonly hintAllAgain: () => Promise<number>;
}

const mostRows = 500;
const lookAgain = `now() + interval '30 seconds'`;

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

export const createLostHints = (rest: Sql): LostHints => ({
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
});
