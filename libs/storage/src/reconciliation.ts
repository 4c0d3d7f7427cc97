import type { InvoiceHead, InvoiceLine } from '@winnow/analysis';
import { uuidv7 } from '@winnow/kernel';
import type { Sql } from './database';

/** Calls of a provider that were held against its invoice: what it billed, and what stood booked until then. */
export interface Compared {
  readonly provider: string;
  readonly calls: number;
  readonly billed: bigint;
  readonly booked: bigint;
  readonly corrected: number;
}

/** How far an invoice has been read, and which one it was. */
export interface InvoiceMark {
  readonly id: string;
  readonly line: number;
}

export interface Reconciliation {
  /** of the invoice that was read last under this name; null: none was */
  readonly lastMark: (invoice: string) => Promise<InvoiceMark | null>;
  /** the last line that was read of this one */
  readonly lineOf: (invoice: string, id: string) => Promise<number>;
  /** keeps what the lines say of our attempts, and how far they were read, in one */
  readonly keep: (invoice: string, head: InvoiceHead, lines: readonly InvoiceLine[]) => Promise<void>;
  /** holds kept bills against closed holds and books the differences; empty once there is nothing left to compare */
  readonly correctBilled: () => Promise<Compared[]>;
  /** calls that count as billed and that their provider does not list, sent since then and so long ago; how many were corrected */
  readonly correctUnbilled: (providers: readonly string[], sentSince: Date, sentBeforeMs: number) => Promise<number>;
  /** bills of the last days are compared once more */
  readonly compareAgain: (days: number) => Promise<void>;
  /** bills that name no attempt of ours */
  readonly countStrays: () => Promise<number>;
}

const most = 200;
const reachDays = 8;
const mostStrays = 10_000;

/** The database's clock says when a call was sent, the provider's when its invoice began: what lies between them by less tells nothing. */
const clocksApartS = 1;

// An invoice may list a call in several lines, and a page may be read twice: each line counts once. Where another invoice lists a call
// again, it is the same bill.
const keep = `
WITH line AS (
  SELECT attempt, sum(nanos)::bigint AS nanos, max(n) AS n
    FROM jsonb_to_recordset($2) AS x (attempt uuid, nanos bigint, n bigint)
   WHERE attempt IS NOT NULL AND n > coalesce((SELECT last_line FROM invoice_mark WHERE invoice = $1 AND identity = $4), 0) GROUP BY attempt
), kept AS (
  INSERT INTO bill AS b (attempt, invoice, identity, nanos, last_line) SELECT attempt, $1, $4, nanos, n FROM line ORDER BY attempt
  ON CONFLICT (attempt) DO UPDATE SET
    nanos = CASE WHEN (b.invoice, b.identity) = (excluded.invoice, excluded.identity) THEN b.nanos ELSE 0 END + excluded.nanos,
    invoice = excluded.invoice, identity = excluded.identity, last_line = excluded.last_line, checked = false
)
INSERT INTO invoice_mark AS m (invoice, identity, started_at, last_line, read_at) VALUES ($1, $4, $5, $3, now())
ON CONFLICT (invoice, identity) DO UPDATE SET last_line = greatest(m.last_line, excluded.last_line), read_at = now()`;

const correctBilled = `
WITH due AS (
  SELECT b.attempt, b.nanos, a.provider, coalesce(h.actual, 0) AS stood
    FROM bill b JOIN hold h ON h.id = b.attempt JOIN attempt a ON a.id = b.attempt
   WHERE NOT b.checked AND h.state <> 'held' ORDER BY b.attempt LIMIT ${most} FOR UPDATE OF b SKIP LOCKED
), corrected AS (
  SELECT hold FROM correct_holds((SELECT jsonb_agg(jsonb_build_object('hold', attempt, 'nanos', nanos)) FROM due WHERE nanos <> stood))
), done AS (
  UPDATE bill b SET checked = true FROM due WHERE b.attempt = due.attempt
)
SELECT due.provider, count(*)::int AS calls, sum(due.nanos)::bigint AS billed, sum(due.stood)::bigint AS booked, count(corrected.hold)::int AS corrected
  FROM due LEFT JOIN corrected ON corrected.hold = due.attempt GROUP BY 1 ORDER BY 1`;

const correctUnbilled = `
WITH due AS (
  SELECT h.id FROM hold h JOIN attempt a ON a.id = h.id
   WHERE h.state = 'unknown' AND h.actual > 0 AND h.id > $3 AND a.provider = ANY ($1) AND a.sent_at < now() - make_interval(secs => $2)
     AND a.sent_at > $4::timestamptz + interval '${clocksApartS} seconds'
     AND NOT EXISTS (SELECT 1 FROM bill b WHERE b.attempt = h.id) ORDER BY h.id LIMIT ${most}
)
SELECT count(*)::int AS n FROM correct_holds((SELECT jsonb_agg(jsonb_build_object('hold', id, 'nanos', 0)) FROM due))`;

export const createReconciliation = (sql: Sql): Reconciliation => ({
  lastMark: async (invoice) => {
    const [row] = await sql.query<{ identity: string; last_line: bigint }>(
      'SELECT identity, last_line FROM invoice_mark WHERE invoice = $1 ORDER BY read_at DESC LIMIT 1',
      [invoice],
    );
    return row === undefined ? null : { id: row.identity, line: Number(row.last_line) };
  },
  lineOf: async (invoice, id) => {
    const [row] = await sql.query<{ last_line: bigint }>(
      'SELECT last_line FROM invoice_mark WHERE invoice = $1 AND identity = $2',
      [invoice, id],
    );
    return Number(row?.last_line ?? 0n);
  },
  keep: async (invoice, { id, startedAt }, lines) => {
    const last = lines.at(-1)?.n;
    if (last === undefined) return;
    const rows = lines.map(({ n, attempt, nanos }) => ({ n, attempt, nanos: String(nanos) }));
    await sql.query(keep, [invoice, JSON.stringify(rows), last, id, startedAt]);
  },
  correctBilled: () => sql.query<Compared>(correctBilled),
  correctUnbilled: async (providers, sentSince, sentBeforeMs) => {
    const since = uuidv7(new Date(Date.now() - reachDays * 86_400_000));
    const [row] = await sql.query<{ n: number }>(correctUnbilled, [providers, sentBeforeMs / 1000, since, sentSince]);
    return row?.n ?? 0;
  },
  compareAgain: async (days) =>
    void (await sql.query(
      `UPDATE bill SET checked = false WHERE attempt IN (
         SELECT attempt FROM bill WHERE checked AND attempt > $1 ORDER BY attempt DESC LIMIT 100000)`,
      [uuidv7(new Date(Date.now() - days * 86_400_000))],
    )),
  countStrays: async () => {
    const [row] = await sql.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM (
         SELECT 1 FROM bill b WHERE NOT b.checked AND b.nanos > 0 AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.id = b.attempt)
          LIMIT ${mostStrays}) s`,
    );
    return row?.n ?? 0;
  },
});
