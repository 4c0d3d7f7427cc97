import { uuidv7 } from '@winnow/kernel';
import type { Sql } from './database';

/** Asks for a hold that must be refused. A database that grants it does not guard money, and nothing may be called. */
export const proveGate = async (sql: Sql): Promise<string | null> => {
  const nobody = uuidv7();
  const request = [
    {
      attempt: uuidv7(),
      job: nobody,
      fence: 0,
      nanos: '1',
      budgets: [],
      shares: [{ job: nobody, fence: 0, nanos: '1' }],
    },
  ];
  const rows = await sql.query<{ verdict: string }>('SELECT verdict FROM open_holds($1)', [JSON.stringify(request)]);
  return rows[0]?.verdict === 'granted' ? 'the ledger grants holds that it has to refuse' : null;
};

/** The last migration that this build knows must be the last that was applied. */
export const migrationFault = async (sql: Sql, expected: string): Promise<string | null> => {
  const rows = await sql.query<{ migration_name: string }>(
    `SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name DESC LIMIT 1`,
  );
  const last = rows[0]?.migration_name;
  return last === expected
    ? null
    : `the database is at ${last ?? 'no migration'}, this build needs ${expected}: run npm run migrate`;
};
