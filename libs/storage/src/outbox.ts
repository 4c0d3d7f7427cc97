import type { QueueName } from '@winnow/contracts';
import type { Database, Sql } from './database';

export interface HintRow {
  readonly id: bigint;
  readonly ref: string;
  readonly hint: number;
}

// Tenants by a loose scan of the index, then the same few rows of each: one tenant's ten thousand rows take no turn from another's ten.
const pick = `
WITH RECURSIVE turn AS (
  (SELECT tenant_id FROM outbox WHERE queue = $1 ORDER BY tenant_id LIMIT 1)
  UNION ALL
  SELECT (SELECT o.tenant_id FROM outbox o WHERE o.queue = $1 AND o.tenant_id > turn.tenant_id ORDER BY o.tenant_id LIMIT 1)
    FROM turn WHERE turn.tenant_id IS NOT NULL
), tenants AS (
  SELECT tenant_id, greatest(1, $2::int / (SELECT count(*) FROM turn WHERE tenant_id IS NOT NULL)::int) AS share
    FROM turn WHERE tenant_id IS NOT NULL LIMIT 2000
), picked AS (
  SELECT o.id, row_number() OVER (PARTITION BY t.tenant_id ORDER BY o.priority DESC, o.id) AS place
    FROM tenants t CROSS JOIN LATERAL (
      SELECT id, priority FROM outbox WHERE queue = $1 AND tenant_id = t.tenant_id ORDER BY priority DESC, id LIMIT t.share) o
), chosen AS (
  SELECT id, place FROM picked ORDER BY place, id LIMIT $2
)
SELECT o.id, o.ref, o.hint
  FROM chosen c CROSS JOIN LATERAL (SELECT id, ref, hint FROM outbox WHERE id = c.id FOR UPDATE SKIP LOCKED) o ORDER BY c.place, c.id`;

export interface Outbox {
  /** Hands up to `room` rows to `send` and deletes them once it has resolved. Dying in between repeats the send, which is harmless. */
  readonly relay: (
    queue: QueueName,
    room: number,
    send: (rows: readonly HintRow[]) => Promise<void>,
  ) => Promise<number>;
  readonly depth: (limit: number) => Promise<number>;
}

export const createOutbox = (db: Pick<Database, 'transaction' | 'rest'>): Outbox => ({
  relay: (queue, room, send) =>
    db.transaction(async (sql: Sql) => {
      const rows = await sql.query<HintRow>(pick, [queue, room]);
      if (rows.length === 0) return 0;
      await send(rows);
      await sql.query('DELETE FROM outbox WHERE id = ANY ($1)', [rows.map(({ id }) => String(id))]);
      return rows.length;
    }),
  depth: async (limit) => {
    const rows = await db.rest.query<{ n: bigint }>(
      'SELECT count(*) AS n FROM (SELECT 1 FROM outbox LIMIT $1) AS seen',
      [limit],
    );
    return Number(rows[0]?.n ?? 0n);
  },
});
