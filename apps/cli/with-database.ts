import { createDatabase, type Database } from '@winnow/storage';

/** One connection is enough for a command. */
export const withDatabase = async <Out>(url: string, work: (db: Database) => Promise<Out>): Promise<Out> => {
  const db = createDatabase({ url, ledgerPool: 1, restPool: 1, app: 'cli', onError: () => undefined });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
};
