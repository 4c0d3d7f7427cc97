import { hostname } from 'node:os';
import { uuidv7 } from '@winnow/kernel';
import type { Sql } from './database';

/** This process as the database knows it. Its beat is the lease of every row it holds. */
export interface WorkerIdentity {
  readonly id: () => string;
  /** false: the keeper took this process for dead and gave its rows away; it goes on under a new identity */
  readonly beat: () => Promise<boolean>;
  /** marks the process gone and gives back what it still holds, at once */
  readonly leave: () => Promise<void>;
}

export const enrolWorker = async (sql: Sql, app: string, slots: number): Promise<WorkerIdentity> => {
  let id = uuidv7();
  const enrol = async (): Promise<void> => {
    await sql.query('INSERT INTO worker (id, app, host, pid, slots) VALUES ($1, $2, $3, $4, $5)', [
      id,
      app,
      hostname(),
      process.pid,
      slots,
    ]);
  };
  await enrol();
  return {
    id: () => id,
    beat: async () => {
      const rows = await sql.query('UPDATE worker SET beat_at = now() WHERE id = $1 AND gone_at IS NULL RETURNING id', [
        id,
      ]);
      if (rows.length > 0) return true;
      id = uuidv7();
      await enrol();
      return false;
    },
    leave: async () => {
      await sql.query('UPDATE worker SET gone_at = now() WHERE id = $1', [id]);
      await sql.query('SELECT * FROM give_back(ARRAY[$1]::uuid[], 0)', [id]);
    },
  };
};
