import type { Sql } from './database';
import type { TenantId } from './tenant-id';

export interface Replay {
  readonly ref: string;
  readonly print: string;
}

/** A caller's key, for which route it was used, and the print of what was sent with it. */
export interface IdempotencyKey {
  readonly route: string;
  readonly key: string;
  readonly print: string;
}

export const lookUpKey = async (sql: Sql, tenant: TenantId, route: string, key: string): Promise<Replay | null> => {
  const rows = await sql.query<Replay>(
    'SELECT ref, print FROM idempotency WHERE tenant_id = $1 AND route = $2 AND key = $3',
    [tenant, route, key],
  );
  return rows[0] ?? null;
};

/** Inside the transaction that does the work: null, and the key is taken, or who has taken it before. */
export const takeKey = async (
  sql: Sql,
  tenant: TenantId,
  { route, key, print }: IdempotencyKey,
  ref: string,
): Promise<Replay | null> => {
  const taken = await sql.query(
    `INSERT INTO idempotency (tenant_id, route, key, print, ref) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING 1 AS one`,
    [tenant, route, key, print, ref],
  );
  return taken.length > 0 ? null : lookUpKey(sql, tenant, route, key);
};
