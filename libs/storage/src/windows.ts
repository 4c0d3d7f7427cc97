import type { Sql } from './database';

export interface Window {
  readonly id: bigint;
  readonly kind: string;
  readonly closesAt: Date;
}

export interface Windows {
  /** the budgets that a call of this tenant counts against now */
  readonly of: (tenant: string) => Promise<readonly Window[]>;
  readonly forget: (tenant: string) => void;
}

const mostTenants = 10_000;

/**
 * Which budget rows are open, remembered a process. Whether they still are is the database's to say: a hold on a window that has closed is
 * refused with `window-turned`, the row is forgotten here and asked for again.
 */
export const createWindows = (sql: Sql): Windows => {
  const known = new Map<string, readonly Window[]>();
  return {
    of: async (tenant) => {
      const remembered = known.get(tenant);
      if (remembered !== undefined) return remembered;
      const rows = await sql.query<{ budget_id: bigint; kind: string; closes_at: Date }>(
        'SELECT budget_id, kind, closes_at FROM open_windows($1)',
        [[tenant]],
      );
      const windows = rows.map((row) => ({ id: row.budget_id, kind: row.kind, closesAt: row.closes_at }));
      if (known.size >= mostTenants) known.clear();
      known.set(tenant, windows);
      return windows;
    },
    forget: (tenant) => void known.delete(tenant),
  };
};
