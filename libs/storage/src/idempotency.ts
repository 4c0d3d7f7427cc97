import type { Sql } from './database';
import type { TenantId } from './tenant-id';

export interface Replay {
  readonly ref: string;
  readonly print: string;
}

export const lookUpKey = async (sql: Sql, tenant: TenantId, route: string, key: string): Promise<Replay | null> => {
  const rows = await sql.query<Replay>(
    'SELECT ref, print FROM idempotency WHERE tenant_id = $1 AND route = $2 AND key = $3',
    [tenant, route, key],
  );
  return rows[0] ?? null;
};
