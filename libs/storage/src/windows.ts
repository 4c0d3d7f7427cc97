import type { Sql } from './database';

export interface Window {
  readonly id: bigint;
  readonly kind: string;
  readonly closesAt: Date;
}

export interface Windows {
  /** the budgets that a call of this tenant counts against now */
  readonly of: (tenant: string) => Promise<readonly Window[]>;
  /** drops what was remembered, unless somebody else has asked again since */
  readonly forget: (tenant: string, windows: readonly Window[]) => Promise<void>;
}

const mostTenants = 10_000;

/**
 * Which budget rows are open, remembered a process. Whether they still are is the database's to say: a hold on a window that has closed is
 * refused with `window-turned`, the row is forgotten here and asked for again.
 */
export const createWindows = (sql: Sql): Windows => {
  // Promises, so that calls which come together ask once.
  const known = new Map<string, Promise<readonly Window[]>>();
  const ask = async (tenant: string): Promise<readonly Window[]> => {
    const rows = await sql.query<{ budget_id: bigint; kind: string; closes_at: Date }>(
      'SELECT budget_id, kind, closes_at FROM open_windows($1)',
      [[tenant]],
    );
    return rows.map((row) => ({ id: row.budget_id, kind: row.kind, closesAt: row.closes_at }));
  };
  return {
    of: (tenant) => {
      const remembered = known.get(tenant);
      if (remembered !== undefined) return remembered;
      const asked = ask(tenant);
      if (known.size >= mostTenants) known.clear();
      known.set(tenant, asked);
      asked.catch(() => known.get(tenant) === asked && known.delete(tenant));
      return asked;
    },
    forget: async (tenant, windows) => {
      const remembered = await known.get(tenant);
      if (remembered === windows) known.delete(tenant);
    },
  };
};
