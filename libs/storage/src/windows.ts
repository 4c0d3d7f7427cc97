import type { Sql } from './database';

/** Whose money a call takes. */
export interface Payer {
  readonly tenant: string;
  readonly endUser: string | null;
  readonly batch: string | null;
  readonly source: string | null;
}

export interface Window {
  readonly id: bigint;
  /** kind:name, such as `tenant-day:` or `end-user:kim` */
  readonly scope: string;
  readonly closesAt: Date;
}

/** All budgets that a call counts against, those that stay open longest first. */
export interface OpenWindows {
  readonly list: readonly Window[];
  /** how many caps the tenant had set when they were asked for: the ledger refuses a call that knows of fewer */
  readonly rules: number;
}

export interface Windows {
  readonly of: (payer: Payer) => Promise<OpenWindows>;
  /** drops what was remembered, unless somebody else has asked again since */
  readonly forget: (payer: Payer, windows: OpenWindows) => Promise<void>;
}

const mostPayers = 10_000;

interface Row {
  readonly budget_id: bigint;
  readonly kind: string;
  readonly name: string;
  readonly closes_at: Date;
  readonly rules: number;
}

export const findWindows = async (sql: Sql, { tenant, endUser, batch, source }: Payer): Promise<OpenWindows> => {
  const rows = await sql.query<Row>(
    'SELECT budget_id, kind, name, closes_at, rules FROM open_windows($1, $2, $3, $4)',
    [tenant, endUser, batch, source],
  );
  const list = rows.map((row) => ({
    id: row.budget_id,
    scope: `${row.kind}:${row.name}`,
    closesAt: row.closes_at,
  }));
  return { list, rules: rows[0]?.rules ?? 0 };
};

const keyOf = ({ tenant, endUser, batch, source }: Payer): string => JSON.stringify([tenant, endUser, batch, source]);

/**
 * Which budget rows are open, remembered a process. Whether they still are, and whether they are all, is the database's to say: a hold on a
 * window that has closed, or made before the last cap was set, is refused with `window-turned`; they are forgotten here and asked for again.
 */
export const createWindows = (sql: Sql): Windows => {
  // Promises, so that calls which come together ask once.
  const known = new Map<string, Promise<OpenWindows>>();
  return {
    of: (payer) => {
      const key = keyOf(payer);
      const remembered = known.get(key);
      if (remembered !== undefined) return remembered;
      const asked = findWindows(sql, payer);
      if (known.size >= mostPayers) known.clear();
      known.set(key, asked);
      asked.catch(() => known.get(key) === asked && known.delete(key));
      return asked;
    },
    forget: async (payer, windows) => {
      const key = keyOf(payer);
      const remembered = await known.get(key);
      if (remembered === windows) known.delete(key);
    },
  };
};
