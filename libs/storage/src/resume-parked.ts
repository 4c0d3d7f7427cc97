import type { Sql } from './database';

/** The scope of a tenant at which a look over the parked jobs ended. */
export interface ParkedSeen {
  readonly tenant: string;
  readonly scope: string;
}

interface Looking {
  readonly tenant?: string;
  readonly seen: ParkedSeen | null;
  readonly most: number;
}

const nil = '00000000-0000-0000-0000-000000000000';

/** Sends parked jobs out again, as many as their scopes have room for. `seen` is null once there is no scope behind those looked at. */
export const resumeParked = async (
  sql: Sql,
  { tenant, seen, most }: Looking,
): Promise<{ resumed: number; seen: ParkedSeen | null }> => {
  const [row] = await sql.query<{ resumed: number; last_tenant: string | null; last_scope: string | null }>(
    'SELECT resumed, last_tenant, last_scope FROM resume_parked($1, $2, $3, $4)',
    [tenant ?? null, seen?.tenant ?? tenant ?? nil, seen?.scope ?? '', most],
  );
  const { last_tenant: last, last_scope: scope } = row ?? {};
  return {
    resumed: row?.resumed ?? 0,
    seen: typeof last === 'string' && typeof scope === 'string' ? { tenant: last, scope } : null,
  };
};
