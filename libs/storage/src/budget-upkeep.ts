import type { BudgetKind } from '@winnow/contracts';
import type { Sql } from './database';

/** An open window of which that much in a hundred is spent; told of once. */
export interface BudgetAlert {
  readonly tenant: string;
  readonly kind: BudgetKind;
  readonly subject: string;
  readonly percent: number;
  readonly spent: bigint;
  readonly cap: bigint;
}

export interface BudgetUpkeep {
  /** the windows behind those that close within ten minutes; how many were made */
  readonly makeAhead: () => Promise<number>;
  readonly alert: () => Promise<BudgetAlert[]>;
  /** whether this caller is the one that does what is due under this name, every so often */
  readonly isDue: (name: string, everyMs: number) => Promise<boolean>;
}

const most = 500;

/** How much in a hundred of a window is spent when it is told of. */
export const alertPercents = [80, 95] as const;

// A window that is over 95 at once is told of as that alone.
const alert = `
WITH reached AS (
  SELECT b.id, b.tenant_id, b.kind, b.subject, b.spent + b.over AS spent, b.cap, p.percent
    FROM budget b CROSS JOIN LATERAL (
      SELECT max(x) AS percent FROM unnest(ARRAY[${alertPercents.join(', ')}]) x WHERE (b.spent + b.over)::numeric * 100 >= b.cap::numeric * x) p
   WHERE b.closes_at > now() AND b.opens_at <= now() AND b.cap > 0 AND p.percent IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM budget_alert a WHERE a.budget_id = b.id AND a.percent >= p.percent)
   ORDER BY b.id LIMIT ${most}
), told AS (
  INSERT INTO budget_alert (budget_id, percent) SELECT id, percent FROM reached ON CONFLICT DO NOTHING RETURNING budget_id, percent
)
SELECT r.tenant_id AS tenant, r.kind, r.subject, r.percent, r.spent, r.cap FROM told JOIN reached r ON r.id = told.budget_id`;

export const createBudgetUpkeep = (sql: Sql): BudgetUpkeep => ({
  makeAhead: async () => {
    const [row] = await sql.query<{ n: number }>(`SELECT make_windows_ahead(interval '10 minutes', $1) AS n`, [most]);
    return row?.n ?? 0;
  },
  alert: () => sql.query<BudgetAlert>(alert),
  isDue: async (name, everyMs) => {
    const every = everyMs / 1000;
    const rows = await sql.query(
      `INSERT INTO tick AS t (name, due_at, last_at) VALUES ($1, now() + make_interval(secs => $2), now())
       ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at, last_at = now() WHERE t.due_at <= now() RETURNING 1`,
      [name, every],
    );
    return rows.length > 0;
  },
});
